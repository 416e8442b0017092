import postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import { connect } from '../../../local-stack/postgres/connect';
import {
	actAs,
	rpcAs,
	type Caller,
	type Database,
	type Row,
	type Transaction,
} from '../../../local-stack/testing/acting-as';
import { loneTransactions } from './lone-transactions';

export * from '../../../local-stack/testing/acting-as';
export { onAnotherConnection } from './lone-transactions';

/** The owner's connections: row level security does not hold them. Closed by themselves after the file's tests. */
export const sql: Database = loneTransactions(connect(inject('stack').databaseUrl, 24));

afterAll(() => sql.end({ timeout: 5 }));

/** Runs in one transaction as the caller. */
export const as = <T>(caller: Caller, work: (tx: Transaction) => Promise<T>): Promise<T> =>
	actAs(sql, caller, work);

/** Calls a function of the API as the caller, in a transaction of its own. */
export const rpc = (caller: Caller, name: string, args?: Row): Promise<Row[]> =>
	rpcAs(sql, caller, name, args);

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

export interface Refusal {
	code: string;
	message: string;
}

/** The error of a refused call; throws if it was not refused. */
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
