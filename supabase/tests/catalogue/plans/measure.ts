import { become, becomeOwner, type Caller, type Transaction } from '../../helpers/database';

/** Plans are made anew five times and may then be kept for all values, so both kinds are measured. */
const FRESH_CALLS = 5;
const LATER_CALLS = 3;

/** Tables that a team fills by hand: they stay small, and reading all of one is the cheap way. */
const SMALL = [
	'agent_presence', // A row per agent.
	'broadcast_removals', // Empty between transactions.
	'limits',
	'support_agents',
	'support_assignment_rules',
	'support_email_templates',
	'support_faults',
	'support_schedules',
	'support_settings',
	'support_webhooks',
];

/** Who calls; without a role, the owner: the workers, and pg_cron. */
export type Who = { role: string; claims: Caller['claims'] } | 'owner';

export interface Measured {
	/** Blocks of 8 kB, once warm. */
	blocks: number;
	/** Tables that were read as a whole. */
	scanned: string[];
}

/**
 * Blocks that a statement touches, with a fresh or a cached plan, whichever is more. The smallest of several
 * runs counts: sometimes a call pays for changes of the catalogue. Each call is rolled back, so that the next
 * finds the same rows.
 */
export async function measure(
	tx: Transaction,
	who: Who,
	statement: () => string,
): Promise<Measured> {
	await explain(tx, who, statement()); // Warms the caches.
	const before = await scans(tx);
	const blocks: number[] = [];
	for (let n = 0; n < FRESH_CALLS + LATER_CALLS; n++)
		blocks.push(await explain(tx, who, statement()));
	const after = await scans(tx);
	return {
		blocks: Math.max(
			Math.min(...blocks.slice(0, FRESH_CALLS)),
			Math.min(...blocks.slice(FRESH_CALLS)),
		),
		scanned: Object.keys(after).filter((table) => after[table]! > (before[table] ?? 0)),
	};
}

async function explain(tx: Transaction, who: Who, statement: string): Promise<number> {
	await tx`savepoint measured`;
	if (who !== 'owner') await become(tx, who);
	const [row] = await tx.unsafe<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }[]>(
		`explain (analyze, buffers, format json) ${statement}`,
	);
	const plan = row!['QUERY PLAN'][0]!.Plan;
	const blocks = plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!;
	// Work deferred to the commit belongs to the call.
	await tx`set constraints all immediate`;
	await becomeOwner(tx);
	await tx`rollback to savepoint measured`;
	return blocks;
}

/** Sequential scans in this transaction, also those in functions, by table that grows with the number of customers. */
async function scans(tx: Transaction): Promise<Record<string, number>> {
	const rows = await tx<{ name: string; n: number }[]>`
		select relname as name, seq_scan as n from pg_stat_xact_all_tables
		where (
			schemaname = 'auth' and relname = 'users' or schemaname = 'storage' and relname = 'objects'
			or schemaname = 'support_private' or schemaname = 'public' and relname like 'support_%'
		) and relname <> all (${SMALL}::text[])`;
	return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}
