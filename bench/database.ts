import { rm } from 'node:fs/promises';
import postgres from 'postgres';
import { Closers } from '../supabase/local/closers';
import { findHome, temporaryDataDir } from '../supabase/local/postgres/home';
import { SUPERUSER } from '../supabase/local/postgres/start-postgres';
import { pushMigrations } from '../supabase/local/push-migrations';
import { startDatabase } from '../supabase/local/start-database';

/** bigint comes as a number: counts stay far below 2^53. */
export type Sql = postgres.Sql<{ bigint: number }>;

export interface BenchDatabase {
	/** As the role `postgres`, which owns the project. */
	sql: Sql;
	/** Connections of one's own; end them yourself. */
	connect(max: number, role?: string): Sql;
	stop(): Promise<void>;
}

/**
 * A fresh database with the product's migrations and nothing around it: no gateway, no Realtime, and no clock that
 * starts jobs. Commits are durable, as hosted. Its data is removed on stop.
 */
export async function openBenchDatabase(): Promise<BenchDatabase> {
	const closers = new Closers();
	const dataDir = temporaryDataDir(await findHome());
	closers.add(() => rm(dataDir, { recursive: true, force: true }));
	const database = await startDatabase({ port: 0, dataDir, log: console.error });
	closers.add(() => database.stop());
	const connect = (max: number, role = 'postgres'): Sql =>
		postgres(database.urlFor(role), {
			max,
			onnotice: () => {},
			types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
		});
	const sql = connect(4);
	closers.add(() => sql.end({ timeout: 2 }));
	try {
		await pushMigrations(sql, database.urlFor('postgres'));
		const admin = connect(1, SUPERUSER);
		await admin`select realtime.maintain_messages_partitions()`;
		await admin.end();
	} catch (error) {
		await closers.close();
		throw error;
	}
	return { sql, connect, stop: () => closers.close() };
}

/** Runs in one transaction as a signed-in user, with the role and the claims that the API would set. */
export function asUser<T>(
	sql: Sql,
	userId: string,
	work: (tx: postgres.TransactionSql<{ bigint: number }>) => Promise<T>,
): Promise<T> {
	const claims = JSON.stringify({ sub: userId, role: 'authenticated', aud: 'authenticated' });
	return sql.begin(async (tx) => {
		await tx`
			select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`;
		return work(tx);
	}) as Promise<T>;
}
