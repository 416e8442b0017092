import type { Database, Transaction } from '../local-stack/postgres/connect';
import { SUPERUSER } from '../local-stack/postgres/start-postgres';
import type { Closers } from '../local-stack/stack/cleanup';
import { startTestDatabase, type TestDatabase } from '../local-stack/testing/stack';

/**
 * A fresh database with the product's migrations alone: no gateway, no Realtime, no cron. Commits are durable,
 * as hosted. `closers` removes its data.
 */
export async function openBenchDatabase(closers: Closers): Promise<TestDatabase> {
	const database = await startTestDatabase({ durable: true, log: console.error });
	closers.add(() => database.stop());
	const superuser = database.connect(1, SUPERUSER);
	await superuser`alter database postgres set jit = off`;
	await superuser`select realtime.maintain_messages_partitions()`;
	return database;
}

/** The claims that the API sets for a signed-in user. */
export function claimsOf(userId: string): string {
	return JSON.stringify({ sub: userId, role: 'authenticated', aud: 'authenticated' });
}

/** Runs in one transaction as a signed-in user, as the API does. */
export async function asUser<T>(
	sql: Database,
	userId: string,
	work: (tx: Transaction) => Promise<T>,
): Promise<void> {
	await sql.begin(async (tx) => {
		await tx`
			select
				set_config('role', 'authenticated', true),
				set_config('request.jwt.claims', ${claimsOf(userId)}, true)`;
		await work(tx);
	});
}

/** A connection that acts as a signed-in user until it closes. */
export async function connectAs(database: TestDatabase, userId: string): Promise<Database> {
	const sql = database.connect(1);
	await sql`select set_config('request.jwt.claims', ${claimsOf(userId)}, false)`;
	await sql`set role authenticated`;
	return sql;
}
