import {
	crossingCalls,
	prepareCrossing,
} from '../../supabase/tests/catalogue/attack/crossing-calls';
import { countDeadlocks, startTestDatabase } from '../../local-stack/testing/stack';
import type { AttackPart } from '../core/part';

const WORKERS = 14;
const CALLS_OF_EACH = 300;

/** Calls every function at once while users and agents are deleted: no call may deadlock. */
export const crossingPart: AttackPart = {
	name: 'crossing',
	what: 'calls that cross each other and the deletion of users and agents',
	rounds: 2,
	async round({ random, report, share }) {
		// A database of its own, so that every deadlock that Postgres counts is one of this run.
		const database = await startTestDatabase();
		try {
			const sql = database.connect(16);
			await prepareCrossing(sql);
			const { calls, deadlocks, errors } = await crossingCalls({
				sql,
				random,
				calls: Math.ceil(CALLS_OF_EACH * share),
				workers: WORKERS,
				deletesOneIn: 12,
			});
			const counted = await countDeadlocks(sql);
			for (let n = deadlocks + errors.length; n < calls; n++) report.note('a call', []);
			for (const error of errors) report.note('a call', [error]);
			report.note(
				`deadlocks in ${calls} calls`,
				counted > 0 ? [`${counted} deadlocks, of which callers saw ${deadlocks}`] : [],
			);
		} finally {
			await database.stop();
		}
	},
};
