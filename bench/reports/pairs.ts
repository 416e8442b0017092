import type postgres from 'postgres';

type Query = (sql: postgres.ISql<{ bigint: number }>) => postgres.PendingQuery<postgres.Row[]>;

/** A query of the product, and the cheapest query that reads the same rows from an index. */
export interface QueryPair {
	name: string;
	limitName: string;
	/** As an agent. */
	measured: Query;
	/** As the owner. */
	limit: Query;
	/** How many rows the product may read outside an index; Infinity where both sides count all rows. */
	mostRows: number;
}

/** Waiting and active conversations: the live numbers look at each. */
const OPEN = 1000;
const ROWS_LIMIT = 'index-only scan of 50 rows';
const newest: Query = (sql) => sql`
	select last_message_at, id from public.support_chats
	where archived_at is null order by last_message_at desc, id desc limit 50`;

/** The agents' pages. `deep` is the inbox's cursor after 50,000 rows, as JSON. */
export function queryPairs(deep: string): QueryPair[] {
	// For each row of the inbox: the chat, and the customer's name and address.
	const rows = { limitName: ROWS_LIMIT, limit: newest, mostRows: 2 * 50 };
	return [
		reportOf('report, the whole year', 366),
		reportOf('report, 30 days', 30),
		{
			...rows,
			name: 'inbox, first page',
			measured: (sql) => sql`select * from public.list_support_chats()`,
		},
		{
			...rows,
			name: 'inbox, page after 50,000',
			measured: (sql) =>
				sql`select * from public.list_support_chats(p_before => ${deep}::text::jsonb)`,
		},
		{
			name: 'inbox, numbers on the tabs',
			limitName: 'one count of the chats',
			measured: (sql) => sql`select * from public.get_support_inbox_counts()`,
			mostRows: Infinity,
			limit: (sql) => sql`
				select count(*) from public.support_chats where archived_at is null and last_message_at is not null`,
		},
		{
			...rows,
			mostRows: 3 * OPEN,
			name: 'live page',
			measured: (sql) => sql`select public.support_live()`,
		},
	];
}

/** Conversations that began in the last so many days. */
function reportOf(name: string, days: number): QueryPair {
	const day = 24 * 60 * 60 * 1000;
	const [from, to] = [new Date(Date.now() - days * day), new Date(Date.now() + day)];
	return {
		name,
		limitName: 'index-only count of the same rows',
		mostRows: 0,
		measured: (sql) => sql`select public.support_report(${from}, ${to}) as report`,
		limit: (sql) => sql`
			select count(*) as n from public.support_conversations where started_at >= ${from} and started_at < ${to}`,
	};
}
