import type { Report } from '../report';

/** A report, with what a test does not care about filled in. */
export const testReport = (given: Partial<Report> = {}): Report => ({
	total: {
		conversations: 5,
		ended: 4,
		waiting_seconds: { median: 42.04, p90: 130 },
		first_reply_seconds: { median: 60, p90: 300 },
		duration_seconds: { median: 600, p90: 3600 },
		ratings: [1, 0, 0, 0, 3],
		rated: 4,
		rating_mean: 4,
	},
	agents: [],
	days: [],
	customers: { total: 4, repeat: 1 },
	pages: [],
	...given,
});
