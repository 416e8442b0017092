import { reportsStrings as strings } from '$lib/dashboard/strings/reports';
import { loadReport } from '$lib/server/reports';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
	title: strings.title,
	...(await loadReport(locals.supabase, url.searchParams)),
});
