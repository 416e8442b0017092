import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	become,
	becomeOwner,
	coded,
	refusal,
	rolledBack,
	secretKey,
	sql,
	type Database,
	type Row,
	type Transaction,
} from '../helpers/database';

/** Adds a limit of its own, so that the tests do not depend on the product's numbers. */
async function createLimit(
	db: Database | Transaction,
	amount: number,
	period = '1 hour',
): Promise<string> {
	const action = `test_${randomUUID().replace(/[^a-z]/g, '')}`.slice(0, 60);
	await db`
		insert into support_private.limits (action, amount, period)
		values (${action}, ${amount}, ${period}::interval)`;
	return action;
}

const use = (
	db: Database | Transaction,
	action: string,
	subject: string | null,
	amount = 1,
): Promise<unknown> =>
	db`select support_private.use_allowance(${action}, ${amount}, ${subject})`.execute();

const used = async (db: Database | Transaction, action: string): Promise<number> => {
	const [row] = await db`
		select coalesce(sum(a), 0)::integer as used
		from support_private.usage_counters u, unnest(u.amounts) a where u.action = ${action}`;
	return row!.used;
};

/** The time in a refused call's error. */
async function waitOf(call: Promise<unknown>): Promise<Row> {
	try {
		await call;
	} catch (error) {
		return { ...(error as Row) };
	}
	throw new Error('was not refused');
}

/** Moves all counters of an action into the past. */
const age = (tx: Transaction, action: string, by: string): Promise<unknown> =>
	tx`
		update support_private.usage_counters
		set slot_started_at = slot_started_at - ${by}::interval where action = ${action}`.execute();

const inTransaction = (work: (tx: Transaction) => Promise<void>): Promise<void> =>
	rolledBack(work, 'read committed');

/** A refusal within a transaction that goes on. */
const refusedIn = (
	tx: Transaction,
	action: string,
	subject: string,
	amount = 1,
): Promise<unknown> => tx.savepoint((sp) => use(sp, action, subject, amount));

describe('an allowance', () => {
	test('is used up after as many uses as the limit, counted per person', () =>
		inTransaction(async (tx) => {
			const action = await createLimit(tx, 3);
			for (let n = 0; n < 3; n++) await use(tx, action, 'ada');
			expect(await refusal(refusedIn(tx, action, 'ada'))).toEqual(
				coded(429, 'support_rate_limited'),
			);
			await use(tx, action, 'grace');
		}));

	test('counts amounts, and still accepts what fits', () =>
		inTransaction(async (tx) => {
			const action = await createLimit(tx, 100);
			await use(tx, action, 'ada', 90);
			expect((await refusal(refusedIn(tx, action, 'ada', 11))).code).toBe('PT429');
			await use(tx, action, 'ada', 10);
			expect((await refusal(refusedIn(tx, action, 'ada'))).code).toBe('PT429');
		}));

	test('holds in every period, also across a boundary of two', () =>
		inTransaction(async (tx) => {
			const action = await createLimit(tx, 4, '1 hour');
			await use(tx, action, 'ada', 4);
			await age(tx, action, '55 minutes');
			expect((await refusal(refusedIn(tx, action, 'ada'))).code).toBe('PT429');
			// A slot of five minutes more, in which the use may have happened at its end.
			await age(tx, action, '10 minutes');
			await use(tx, action, 'ada', 4);
		}));

	test('is restored gradually, as past uses expire', () =>
		inTransaction(async (tx) => {
			const action = await createLimit(tx, 4, '1 hour');
			await use(tx, action, 'ada', 3);
			await age(tx, action, '30 minutes');
			await use(tx, action, 'ada', 1);
			await age(tx, action, '35 minutes');
			await use(tx, action, 'ada', 3);
			expect((await refusal(refusedIn(tx, action, 'ada'))).code).toBe('PT429');
		}));

	test('says when to try again, as text and as a number of seconds', () =>
		inTransaction(async (tx) => {
			const action = await createLimit(tx, 5, '1 hour');
			await use(tx, action, 'ada', 3);
			await age(tx, action, '40 minutes');
			await use(tx, action, 'ada', 2);
			const soon = await waitOf(refusedIn(tx, action, 'ada', 1));
			expect(soon.detail).toMatch(/^At most 5 in 60 min: try again in \d+ min$/);
			expect(Number(soon.hint)).toBeGreaterThan(20 * 60);
			expect(Number(soon.hint)).toBeLessThanOrEqual(25 * 60);
			// More than the oldest slot gives back.
			const late = await waitOf(refusedIn(tx, action, 'ada', 4));
			expect(Number(late.hint)).toBeGreaterThan(60 * 60);
			expect(Number(late.hint)).toBeLessThanOrEqual(65 * 60);
			// The newest use is that of the slot under way: twelve slots later it counts still, thirteen later no more.
			await age(tx, action, '60 minutes');
			expect((await refusal(refusedIn(tx, action, 'ada', 4))).code).toBe('PT429');
			await age(tx, action, '5 minutes');
			await use(tx, action, 'ada', 4);
		}));

	test('recovers from a clock that was wrong', () =>
		inTransaction(async (tx) => {
			const action = await createLimit(tx, 2, '1 minute');
			await use(tx, action, 'ada', 2);
			await age(tx, action, '-20 seconds');
			expect((await refusal(refusedIn(tx, action, 'ada'))).code).toBe('PT429');
			await age(tx, action, '-1 year');
			await use(tx, action, 'ada', 2);
		}));

	test('is not used by a call that is rejected or that fails later', () =>
		inTransaction(async (tx) => {
			const action = await createLimit(tx, 2);
			await use(tx, action, 'ada');
			await refusal(refusedIn(tx, action, 'ada', 2));
			await refusal(
				tx.savepoint(async (sp) => {
					await use(sp, action, 'ada');
					await sp`select support_private.fail(409, 'support_bad_transition')`;
				}),
			);
			expect(await used(tx, action)).toBe(1);
		}));

	test('is not exceeded by concurrent calls', async () => {
		const action = await createLimit(sql, 7);
		const subject = randomUUID();
		try {
			const answers = await Promise.allSettled(
				Array.from({ length: 40 }, () => use(sql, action, subject)),
			);
			expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(7);
			expect(await used(sql, action)).toBe(7);
		} finally {
			await sql`delete from support_private.usage_counters where action = ${action}`;
			await sql`delete from support_private.limits where action = ${action}`;
		}
	});

	test('limits neither the secret key nor the jobs of the database', () =>
		inTransaction(async (tx) => {
			const action = await createLimit(tx, 1);
			for (let n = 0; n < 3; n++) await use(tx, action, null);
			await become(tx, secretKey);
			await tx`select support_private.use_allowance(${action})`;
			await tx`select support_private.use_allowance(${action})`;
			await becomeOwner(tx);
			expect(await used(tx, action)).toBe(0);
		}));

	test('of an action without a limit is an error', async () => {
		expect((await refusal(use(sql, 'no_such_action', 'ada'))).code).toBe('P0002');
	});
});

describe('the counters', () => {
	test('take one row for each person and action, however often it is used', () =>
		inTransaction(async (tx) => {
			const action = await createLimit(tx, 1000, '1 minute');
			for (let n = 0; n < 60; n++) {
				await use(tx, action, 'ada');
				await age(tx, action, '3 seconds');
			}
			const rows = await tx<Row[]>`
				select cardinality(amounts) as slots from support_private.usage_counters where action = ${action}`;
			expect([...rows]).toEqual([{ slots: 13 }]);
		}));

	test('are deleted at night once all their uses have expired, and no sooner', () =>
		inTransaction(async (tx) => {
			const action = await createLimit(tx, 10, '1 hour');
			await use(tx, action, 'old');
			await age(tx, action, '3 hours');
			await use(tx, action, 'new');
			await tx`select support_private.purge_notifications()`;
			const left = await tx<Row[]>`
				select subject from support_private.usage_counters where action = ${action}`;
			expect([...left]).toEqual([{ subject: 'new' }]);
		}));
});
