import { z } from 'zod';
import type { Checks } from '../checks';
import type { Database, Transaction } from '../../local-stack/postgres/connect';
import type { QueryPair } from './pairs';

const CONVERSATIONS = 100_000;
const MESSAGES = 2_000_000;
const reportShape = z.object({
	total: z.object({ conversations: z.number() }),
	days: z.array(z.object({ conversations: z.number() })),
	customers: z.object({ total: z.number(), repeat: z.number() }),
});

/** Checks the size of the load, and that the year's report counts all of it. */
export async function checkLoad(checks: Checks, owner: Database, report: unknown): Promise<void> {
	const [rows] = await owner<{ conversations: number; messages: number }[]>`
		select
			(select count(*) from public.support_conversations) as conversations,
			(select count(*) from public.support_messages) as messages`;
	checks.check(
		rows?.conversations === CONVERSATIONS && rows.messages === MESSAGES,
		`${rows?.conversations ?? 0} conversations, ${rows?.messages ?? 0} messages`,
	);
	const { total, days, customers } = reportShape.parse(report);
	const ofDays = days.reduce((sum, day) => sum + day.conversations, 0);
	checks.check(
		total.conversations === CONVERSATIONS && ofDays === CONVERSATIONS,
		`the report of the year counts ${total.conversations} in all and ${ofDays} by day, ` +
			`of ${customers.total} customers (${customers.repeat} came back)`,
	);
}

interface Reads {
	table: string;
	scans: number;
	fetched: number;
}

/** Rows that one call reads of growing tables: never a whole table, and few outside an index. */
export async function checkReads(
	checks: Checks,
	agent: Database,
	{ name, measured, mostRows }: QueryPair,
): Promise<void> {
	const reads = await agent.begin(async (tx) => {
		const before = await readSoFar(tx);
		await measured(tx);
		const after = await readSoFar(tx);
		return after.map((now, i) => ({
			table: now.table,
			scans: now.scans - (before[i]?.scans ?? 0),
			fetched: now.fetched - (before[i]?.fetched ?? 0),
		}));
	});
	const whole = reads.filter(({ scans }) => scans > 0).map(({ table }) => table);
	const rows = reads.reduce((sum, { fetched }) => sum + fetched, 0);
	checks.check(
		whole.length === 0 && rows <= mostRows,
		`${name}: reads ${whole.join(' and ') || 'no table'} as a whole, ` +
			`${rows} rows outside of indexes (at most ${mostRows})`,
	);
}

/** Of this transaction; the same tables in the same order. */
async function readSoFar(tx: Transaction): Promise<Reads[]> {
	return tx<Reads[]>`
		select relname as table, seq_scan as scans, coalesce(idx_tup_fetch, 0) as fetched
		from pg_stat_xact_all_tables
		where relid in (
			'public.support_conversations'::regclass, 'public.support_messages'::regclass,
			'public.support_chats'::regclass, 'auth.users'::regclass
		)
		order by relid`;
}

/** The lower bounds must be index-only scans. */
export async function checkLimit(
	checks: Checks,
	owner: Database,
	{ limitName, limit }: QueryPair,
): Promise<void> {
	const fetched = await owner.begin(async (tx) => {
		const before = await readSoFar(tx);
		await limit(tx);
		const after = await readSoFar(tx);
		const sum = (reads: Reads[]): number =>
			reads.reduce((all, { scans, fetched: rows }) => all + scans + rows, 0);
		return sum(after) - sum(before);
	});
	checks.check(fetched === 0, `limit “${limitName}”: ${fetched} rows outside of indexes`);
}
