import type { Database } from '../local-stack/postgres/connect';
import { SUPERUSER } from '../local-stack/postgres/start-postgres';
import type { Cleanup } from '../local-stack/stack/cleanup';
import type { Person } from '../local-stack/testing/acting-as';
import { startTestDatabase, type TestDatabase } from '../local-stack/testing/stack';

/**
 * A fresh database with the product's migrations alone: no gateway, no Realtime, no cron. Commits are durable,
 * as hosted. `cleanup` removes its data.
 */
export async function openBenchDatabase(cleanup: Cleanup): Promise<TestDatabase> {
	const database = await startTestDatabase({ durable: true, log: console.error });
	cleanup.add(() => database.stop());
	const superuser = database.connect(1, SUPERUSER);
	await superuser`alter database postgres set jit = off`;
	await superuser`select realtime.maintain_messages_partitions()`;
	return database;
}

/** A connection that acts as a signed-in user until it closes. */
export async function connectAs(database: TestDatabase, person: Person): Promise<Database> {
	const sql = database.connect(1);
	await sql`select set_config('request.jwt.claims', ${JSON.stringify(person.claims)}, false)`;
	await sql`set role authenticated`;
	return sql;
}
