import type postgres from 'postgres';

export type Transaction = postgres.TransactionSql;

/** Sorts by character codes, because the order of a database depends on its locale. */
export function sortBy<T>(rows: readonly T[], key: (row: T) => string): T[] {
	return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `comment on …`, or nothing. */
export function comment(on: string, text: string | null): string[] {
	return text === null ? [] : [`comment on ${on} is ${literal(text)};`];
}
