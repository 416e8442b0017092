import type { Cleanup } from '../../local-stack/stack/cleanup';
import { SUPERUSER } from '../../local-stack/postgres/start-postgres';
import { Checks } from '../checks';
import { openBenchDatabase } from '../database';
import type { Database } from '../../local-stack/postgres/connect';
import { countDeadlocks } from '../../local-stack/testing/stack';
import type { Round } from '../interleave';
import { printRounds } from '../print-rounds';
import { percentile } from '../statistics';
import { printVersions } from '../versions';
import { clear, makeCustomers, makeTeam, readOutcome, setAssignment } from './team';
import { sendAtOnce, type Burst } from './send-at-once';

const CALLERS = 16;
const AGENTS = 16;
/** The limit per agent exactly fits all customers of a round. */
const LIMIT = 20;
const CUSTOMERS = AGENTS * LIMIT;
const ROUNDS = 8;
/** Assigned first messages per second, relative to unassigned ones. */
const LEAST_SHARE = 0.05;

interface Bursts {
	assigned: Burst;
	queued: Burst;
}

/**
 * First messages from 16 callers at once, with and without auto-assignment. Returns whether all checks held.
 */
export async function benchAssignment(cleanup: Cleanup): Promise<boolean> {
	console.log(
		`\nAssignment: ${CALLERS} callers, ${AGENTS} agents, ${CUSTOMERS} customers a round…`,
	);
	const { connect } = await openBenchDatabase(cleanup);
	const admin = connect(1, SUPERUSER);
	const sql = connect(CALLERS);
	await makeTeam(admin, AGENTS);
	await printVersions(admin);
	const checks = new Checks();
	const rounds: Bursts[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const queued = await burst(sql, admin, false, LIMIT);
		await clear(admin);
		const assigned = await burst(sql, admin, true, LIMIT);
		await checkAllGiven(checks, admin, [...queued.errors, ...assigned.errors], round);
		await clear(admin);
		rounds.push({ assigned, queued });
	}
	report(rounds.slice(1), checks); // The first round is a warm-up.
	await checkOverfull(checks, sql, admin);
	const deadlocks = await countDeadlocks(admin);
	checks.check(deadlocks === 0, `${deadlocks} deadlocks in the whole run`);
	return checks.passed;
}

async function burst(
	sql: Database,
	admin: Database,
	assign: boolean,
	limit: number,
): Promise<Burst> {
	await setAssignment(admin, assign, limit);
	return sendAtOnce(sql, await makeCustomers(admin, CUSTOMERS), CALLERS);
}

async function checkAllGiven(
	checks: Checks,
	admin: Database,
	errors: string[],
	round: number,
): Promise<void> {
	const { active, givenTwice, most } = await readOutcome(admin);
	checks.check(
		errors.length === 0 && active === CUSTOMERS && givenTwice === 0 && most === LIMIT,
		`round ${round}: ${active} of ${CUSTOMERS} have an agent, ${givenTwice} not given exactly once, ` +
			`at most ${most} per agent (limit ${LIMIT}), ${errors.length} errors ${errors[0] ?? ''}`.trim(),
	);
}

/** Twice as many customers as the team may have. */
async function checkOverfull(checks: Checks, sql: Database, admin: Database): Promise<void> {
	const limit = LIMIT / 2;
	const { errors } = await burst(sql, admin, true, limit);
	const { active, waiting, most } = await readOutcome(admin);
	checks.check(
		errors.length === 0 &&
			active === AGENTS * limit &&
			waiting === CUSTOMERS - active &&
			most === limit,
		`twice the customers: ${active} have an agent, ${waiting} wait, ` +
			`at most ${most} per agent (limit ${limit}), ${errors.length} errors ${errors[0] ?? ''}`.trim(),
	);
}

function report(bursts: Bursts[], checks: Checks): void {
	const rounds: Round[] = bursts.map(({ assigned, queued }) => ({
		measured: assigned.samples,
		limit: queued.samples,
	}));
	const names = {
		name: 'first message, assigned at once',
		limitName: 'the same, left in the queue',
	};
	printRounds([{ ...names, rounds }]);
	const share = bursts.map(({ assigned, queued }) => assigned.perSecond / queued.perSecond);
	const typical = (of: (pair: Bursts) => Burst): string =>
		percentile(
			bursts.map((pair) => of(pair).perSecond),
			0.5,
		).toFixed(0);
	const median = percentile(share, 0.5);
	checks.check(
		median >= LEAST_SHARE,
		`throughput: ${typical(({ assigned }) => assigned)} assigned messages a second beside ${typical(({ queued }) => queued)} ` +
			`left in the queue; per round × ${median.toFixed(2)} (at least ${LEAST_SHARE})`,
	);
}
