import { liveStrings as strings } from '$lib/dashboard/strings/live';
import { loadLive } from '$lib/server/live';
import { readSettings } from '$lib/server/settings/section';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, depends }) => {
	depends('support:live');
	const [live, settings] = await Promise.all([
		loadLive(locals.supabase),
		readSettings(locals.supabase),
	]);
	return { title: strings.title, live, limit: settings.max_active_conversations, at: Date.now() };
};
