import type { Database, Transaction } from '../postgres/connect';

export type { Database, Transaction } from '../postgres/connect';

/** Someone who calls: the database role and the claims of their token. */
export interface Caller {
	role: 'anon' | 'authenticated' | 'service_role';
	claims: Record<string, unknown>;
}

/** A user of the project, and what is needed to call as them. */
export interface Person extends Caller {
	id: string;
	email: string;
}

export const signedOut: Caller = { role: 'anon', claims: { role: 'anon' } };
export const secretKey: Caller = { role: 'service_role', claims: { role: 'service_role' } };

export function personFor(id: string, email: string): Person {
	return {
		id,
		email,
		role: 'authenticated',
		claims: { sub: id, email, role: 'authenticated', aud: 'authenticated' },
	};
}

export type Row = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- rows are looked at, not trusted

/** Takes the caller's role for the rest of the transaction, as PostgREST does. */
export async function become(
	transaction: Transaction,
	caller: { role: string; claims: Caller['claims'] },
): Promise<void> {
	await transaction`
		select
			set_config('role', ${caller.role}, true),
			set_config('request.jwt.claims', ${JSON.stringify(caller.claims)}, true)`;
}

/** Returns to the owner within the transaction. */
export async function becomeOwner(transaction: Transaction): Promise<void> {
	await transaction`select set_config('role', 'none', true), set_config('request.jwt.claims', '', true)`;
}

/** Runs in one transaction as the caller. */
export function actAs<T>(
	sql: Database,
	caller: Caller,
	work: (tx: Transaction) => Promise<T>,
): Promise<T> {
	return sql.begin(async (tx) => {
		await become(tx, caller);
		return work(tx);
	}) as Promise<T>;
}

/** Calls a function of the API inside a transaction; rows as the API would answer them. */
export async function rpcIn(tx: Transaction, name: string, args: Row = {}): Promise<Row[]> {
	const names = Object.keys(args);
	const list = names.map((arg, i) => `${arg} => $${i + 1}`).join(', ');
	const rows = await tx.unsafe<{ row: Row }[]>(
		`select to_jsonb(answer) as row from public.${name}(${list}) answer`,
		names.map((arg) => args[arg]),
	);
	return rows.map(({ row }) => row);
}

/** Calls a function of the API as the caller, in a transaction of its own. */
export function rpcAs(sql: Database, caller: Caller, name: string, args: Row = {}): Promise<Row[]> {
	return actAs(sql, caller, (tx) => rpcIn(tx, name, args));
}

/** The only row of an answer. */
export async function one(rows: Promise<Row[]>): Promise<Row> {
	const all = await rows;
	if (all.length !== 1) throw new Error(`one row expected, got ${all.length}`);
	return all[0]!;
}
