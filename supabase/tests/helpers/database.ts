import postgres, { type Sql, type TransactionSql } from 'postgres';
import { afterAll, inject } from 'vitest';

/** bigint comes as a number: seq and counts stay far below 2^53. */
export type Database = Sql<{ bigint: number }>;
export type Transaction = TransactionSql<{ bigint: number }>;

/** The owner's connections: row level security does not hold them. Closed by themselves after the file's tests. */
export const sql: Database = postgres(inject('stack').databaseUrl, {
	max: 24,
	idle_timeout: 5,
	onnotice: () => {},
	types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
});

afterAll(() => sql.end({ timeout: 5 }));

/** Someone who calls: the database role and what their token says. */
export interface Caller {
	role: 'anon' | 'authenticated' | 'service_role';
	claims: Record<string, unknown>;
}

export const signedOut: Caller = { role: 'anon', claims: { role: 'anon' } };
export const secretKey: Caller = { role: 'service_role', claims: { role: 'service_role' } };

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

/** Back to the owner, within the transaction. */
export async function becomeOwner(transaction: Transaction): Promise<void> {
	await transaction`select set_config('role', 'none', true), set_config('request.jwt.claims', '', true)`;
}

/** Runs in one transaction as the caller. */
export function as<T>(caller: Caller, work: (tx: Transaction) => Promise<T>): Promise<T> {
	return sql.begin(async (tx) => {
		await become(tx, caller);
		return work(tx);
	}) as Promise<T>;
}

class RolledBack extends Error {}

/** How often a transaction that is taken back may meet a deadlock. */
const TRIES = 5;

/**
 * Runs as the owner in a transaction that is taken back; by default it sees nothing of what others commit meanwhile.
 * Some tests write and then delete a user in one transaction, which the product never does: two of them can meet in a deadlock.
 * The one that Postgres ends runs again; deadlocks of the product are counted in crossing-calls.test.ts.
 */
export async function rolledBack<T>(
	work: (tx: Transaction) => Promise<T>,
	isolation: 'repeatable read' | 'read committed' = 'repeatable read',
): Promise<T> {
	for (let tries = 1; ; tries++) {
		try {
			return await takenBack(work, isolation);
		} catch (error) {
			const isDeadlock = error instanceof postgres.PostgresError && error.code === '40P01';
			if (!isDeadlock || tries === TRIES) throw error;
		}
	}
}

async function takenBack<T>(work: (tx: Transaction) => Promise<T>, isolation: string): Promise<T> {
	const done: { result?: T } = {};
	try {
		await sql.begin(`isolation level ${isolation}`, async (tx) => {
			done.result = await work(tx);
			throw new RolledBack();
		});
	} catch (error) {
		if (!(error instanceof RolledBack)) throw error;
	}
	return done.result as T;
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

/** Calls a function of the API as someone, in a transaction of its own. */
export function rpc(caller: Caller, name: string, args: Row = {}): Promise<Row[]> {
	return as(caller, (tx) => rpcIn(tx, name, args));
}

/** The only row of an answer. */
export async function one(rows: Promise<Row[]>): Promise<Row> {
	const all = await rows;
	if (all.length !== 1) throw new Error(`one row expected, got ${all.length}`);
	return all[0]!;
}

export interface Refusal {
	code: string;
	message: string;
}

/** What a call is refused with; throws if it was not refused. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
	try {
		await call;
	} catch (error) {
		if (error instanceof postgres.PostgresError)
			return { code: error.code, message: error.message };
		throw error;
	}
	throw new Error('was not refused');
}

/** The SQLSTATE and message that functions raise for a coded error. */
export const coded = (status: number, message: string): Refusal => ({
	code: `PT${status}`,
	message,
});

/** A promise that is settled from outside, for putting two sessions in an order. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
	let resolve: (value: T) => void = () => {};
	const promise = new Promise<T>((settle) => {
		resolve = settle;
	});
	return { promise, resolve };
}
