import { settingsStrings as strings } from '$lib/dashboard/strings/settings';
import type { LayoutServerLoad } from './$types';

/** The number of problems, for the mark next to their page. The hook checks the user's right. */
export const load: LayoutServerLoad = async ({ locals }) => {
	const [faults, settings] = await Promise.all([
		locals.supabase.from('support_faults').select('source', { count: 'exact', head: true }),
		locals.supabase.from('support_settings').select('email_problem').maybeSingle(),
	]);
	const problems = (faults.count ?? 0) + (settings.data?.email_problem ? 1 : 0);
	return { problemCount: problems, title: strings.title };
};
