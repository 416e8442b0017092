import { settingsStrings as strings } from '$lib/dashboard/settings-strings';
import { SECTIONS } from '$lib/dashboard/settings/fields';
import { storedValues } from '$lib/server/settings/form-values';
import { readSettings, rowsOrThrow, saveSection } from '$lib/server/settings/section';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const [settings, mails] = await Promise.all([
		readSettings(locals.supabase),
		locals.supabase
			.from('support_notifications')
			.select(
				'id, chat_id, status, recipient, skip_reason, last_error, due_at, sent_at, updated_at',
			)
			.order('created_at', { ascending: false })
			.limit(20),
	]);
	return {
		title: strings.sections.email,
		values: storedValues(settings, SECTIONS.email),
		problem: settings.email_problem,
		problemAt: settings.email_problem_at,
		mails: rowsOrThrow(mails),
	};
};

export const actions: Actions = { save: (event) => saveSection(event, 'email') };
