import type { Cleanup } from '../../local-stack/stack/cleanup';
import { Checks } from '../checks';
import { connectAs, openBenchDatabase } from '../database';
import { personFor, type Person } from '../../local-stack/testing/acting-as';
import type { Database } from '../../local-stack/postgres/connect';
import { interleave, milliseconds, type Round } from '../interleave';
import { printRounds } from '../print-rounds';
import { percentile, ratios } from '../statistics';
import { printVersions } from '../versions';
import { checkLimit, checkLoad, checkReads } from './counts';
import { loadYear } from './load-year';
import { processorTime } from './processor-time';
import { queryPairs, type QueryPair } from './pairs';

const ROUNDS = 8;
const PER_ROUND = 5;
/** The target for the year's report at this size, on an idle machine with two cores. */
const TARGET_MS = 300;
/** The limit as a multiple of counting the same rows: it sorts three times in all and three times per agent. */
const REPORT_RATIO = 60;

/** The agents' pages, with 100,000 conversations and 2,000,000 messages. Returns whether all checks held. */
export async function benchReports(cleanup: Cleanup): Promise<boolean> {
	console.log('\nReports, inbox and live page: making a year of 100,000 conversations…');
	const database = await openBenchDatabase(cleanup);
	await loadYear(database);
	const owner = database.connect(1);
	await owner`update public.support_settings set time_zone = 'Europe/Berlin'`;
	const agent = await connectAs(database, await someAgent(owner));
	await printVersions(owner);
	const pairs = queryPairs(await deepCursor(owner));

	const measured = new Map<QueryPair, Round[]>();
	for (const pair of pairs) measured.set(pair, await measure(pair, agent, owner));
	printRounds([...measured].map(([pair, rounds]) => ({ ...pair, rounds })));

	const checks = new Checks();
	const [year] = pairs;
	if (!year) return false;
	const [answer] = await year.measured(agent);
	await checkLoad(checks, owner, answer?.['report']);
	for (const pair of pairs.filter(({ mostRows }) => mostRows < Infinity)) {
		await checkReads(checks, agent, pair);
		await checkLimit(checks, owner, pair);
	}
	judgeYear(
		checks,
		measured.get(year) ?? [],
		await processorTime(agent, () => year.measured(agent)),
	);
	return checks.passed;
}

function measure(pair: QueryPair, agent: Database, owner: Database): Promise<Round[]> {
	const both = {
		measured: () => milliseconds(pair.measured(agent)),
		limit: () => milliseconds(pair.limit(owner)),
	};
	return interleave(both, ROUNDS, PER_ROUND);
}

/** The ratio is checked; the target depends on the machine's load, so it is only printed. */
function judgeYear(checks: Checks, rounds: Round[], processorMs: number | undefined): void {
	const ratio = percentile(ratios(rounds), 0.5);
	checks.check(
		ratio <= REPORT_RATIO,
		`the year at × ${ratio.toFixed(1)} of its limit (at most ${REPORT_RATIO})`,
	);
	const took = percentile(
		rounds.flatMap((round) => round.measured),
		0.5,
	);
	const verdict = (ms: number): string =>
		`${ms.toFixed(0)} ms, ${ms <= TARGET_MS ? 'met' : 'missed'}`;
	console.log(
		`Target of ${TARGET_MS} ms for the report of the year: p50 ${verdict(took)}` +
			(processorMs === undefined
				? ''
				: `; without waiting for a processor ${verdict(processorMs)}`),
	);
}

async function someAgent(owner: Database): Promise<Person> {
	const [agent] = await owner<
		{ user_id: string }[]
	>`select user_id from public.support_agents limit 1`;
	if (!agent) throw new Error('The team is empty.');
	return personFor(agent.user_id, '');
}

async function deepCursor(owner: Database): Promise<string> {
	const [row] = await owner<{ cursor: string }[]>`
		select jsonb_build_object('last_message_at', last_message_at, 'id', id)::text as cursor
		from public.support_chats where archived_at is null
		order by last_message_at desc, id desc offset 50000 limit 1`;
	if (!row) throw new Error('There are fewer than 50,000 chats.');
	return row.cursor;
}
