import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { SECTIONS } from '$lib/dashboard/settings/fields';
import { storedValues } from '$lib/server/settings/form-values';
import { readSettings, saveSection } from '$lib/server/settings/section';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const settings = await readSettings(locals.supabase);
	return {
		title: strings.sections.email,
		values: storedValues(settings, SECTIONS.email),
		problem: settings.email_problem,
		problemAt: settings.email_problem_at,
	};
};

export const actions: Actions = { save: (event) => saveSection(event, 'email') };
