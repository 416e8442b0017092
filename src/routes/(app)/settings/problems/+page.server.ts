import type { RequestEvent } from '@sveltejs/kit';
import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { readForm } from '$lib/server/http/read-form';
import { answerOfRemoval } from '$lib/server/settings/answers';
import { textOf } from '$lib/server/settings/form-values';
import { readSettings, rowsOrThrow } from '$lib/server/settings/section';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const [settings, faults] = await Promise.all([
		readSettings(locals.supabase),
		locals.supabase.from('support_faults').select().order('last_at', { ascending: false }),
	]);
	return {
		title: strings.sections.problems,
		emailProblem: settings.email_problem,
		emailProblemAt: settings.email_problem_at,
		faults: rowsOrThrow(faults),
	};
};

export const actions: Actions = { dismiss };

async function dismiss({ request, locals }: RequestEvent) {
	const source = textOf(await readForm(request), 'source');
	const answer = await locals.supabase.from('support_faults').delete().eq('source', source);
	return answerOfRemoval('dismiss', locals, answer);
}
