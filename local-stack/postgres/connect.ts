import postgres from 'postgres';

/** Connections that return a bigint as a number: seq and counts stay far below 2^53. */
export type Database = postgres.Sql<{ bigint: number }>;
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

/** Opens up to `max` connections when they are needed, and ignores notices. The caller ends them. */
export function connect(url: string, max: number): Database {
	return postgres(url, {
		max,
		onnotice: () => undefined,
		types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
	});
}
