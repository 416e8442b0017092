import { error } from '@sveltejs/kit';
import { toCsv } from '$lib/dashboard/reports/csv';
import { csvLabel, reportTable, TABLE_IDS } from '$lib/dashboard/reports/tables';
import { reportsStrings as strings } from '$lib/dashboard/strings/reports';
import { strings as common } from '$lib/dashboard/strings/dashboard';
import { loadReport } from '$lib/server/reports';
import type { RequestHandler } from './$types';

/** A table of the report as a file, for the same days as the page. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
	const id = TABLE_IDS.find((one) => one === params.table);
	if (!id) error(404, { message: common.error.notFound });
	const { report, range, problem } = await loadReport(locals.supabase, url.searchParams);
	if (problem !== null)
		error(400, {
			message: problem === 'date' ? strings.dateInvalid : strings.rangeInvalid,
			code: 'support_report_range_invalid',
		});
	if (!report) error(503, { message: strings.failed });
	const { columns, rows } = reportTable(id, report, range);
	return new Response(toCsv(columns.map(csvLabel), rows), {
		headers: {
			'content-type': 'text/csv; charset=utf-8',
			'content-disposition': `attachment; filename="support-${id}-${range.from}-to-${range.to}.csv"`,
		},
	});
};
