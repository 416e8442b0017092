import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import type { LayoutServerLoad } from './$types';

/** How many problems there are, for the mark beside their page. Whether one may look is decided in the hook. */
export const load: LayoutServerLoad = async ({ locals }) => {
	const [faults, settings] = await Promise.all([
		locals.supabase.from('support_faults').select('source', { count: 'exact', head: true }),
		locals.supabase.from('support_settings').select('email_problem').maybeSingle(),
	]);
	const problems = (faults.count ?? 0) + (settings.data?.email_problem ? 1 : 0);
	return { problemCount: problems, title: strings.title };
};
