import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { Database } from '$lib/database.types';
import {
	readRange,
	rangeMoments,
	todayIn,
	type DayRange,
	type RangeProblem,
} from '$lib/dashboard/reports/range';
import type { Report } from '$lib/dashboard/reports/report';
import { logFault } from './log';

const spread = z.object({ median: z.number().nullable(), p90: z.number().nullable() });
const numbers = z.object({
	conversations: z.number(),
	ended: z.number(),
	waiting_seconds: spread,
	first_reply_seconds: spread,
	duration_seconds: spread,
	ratings: z.array(z.number()).length(5),
	rated: z.number(),
	rating_mean: z.number().nullable(),
});
const report = z.object({
	total: numbers,
	agents: z.array(
		numbers.extend({ agent_id: z.string().nullable(), display_name: z.string().nullable() }),
	),
	days: z.array(z.object({ day: z.string(), conversations: z.number() })),
	customers: z.object({ total: z.number(), repeat: z.number() }),
	pages: z.array(z.object({ page: z.string(), conversations: z.number() })),
}) satisfies z.ZodType<Report>;

export interface ReportAnswer {
	range: DayRange;
	timeZone: string;
	/** The problem with the requested days. */
	problem: RangeProblem | null;
	/** null if the days are invalid, or if it could not be loaded. */
	report: Report | null;
}

/** The report for the days in the address, read as the agent. */
export async function loadReport(
	supabase: SupabaseClient<Database>,
	query: URLSearchParams,
): Promise<ReportAnswer> {
	const settings = await supabase.from('support_settings').select('time_zone').maybeSingle();
	const timeZone = settings.data?.time_zone ?? 'UTC';
	const { range, problem } = readRange(query, todayIn(timeZone, Date.now()));
	if (problem !== null) return { range, timeZone, problem, report: null };
	const answer = await supabase.rpc('support_report', rangeMoments(range, timeZone));
	if (answer.error?.message === 'support_report_range_invalid')
		return { range, timeZone, problem: 'range', report: null };
	const parsed = report.safeParse(answer.data);
	if (parsed.success) return { range, timeZone, problem: null, report: parsed.data };
	logFault(`No report (${answer.status})`, answer.error?.message ?? parsed.error);
	return { range, timeZone, problem: null, report: null };
}
