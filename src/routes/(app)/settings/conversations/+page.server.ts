import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import { loadSection, saveSection } from '$lib/server/settings/section';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
	title: strings.sections.conversations,
	values: await loadSection(locals.supabase, 'conversations'),
});

export const actions: Actions = { save: (event) => saveSection(event, 'conversations') };
