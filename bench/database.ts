import { rm } from 'node:fs/promises';
import postgres from 'postgres';
import type { Closers } from '../local-stack/stack/cleanup';
import { findHome, temporaryDataDir } from '../local-stack/postgres/home';
import { SUPERUSER } from '../local-stack/postgres/start-postgres';
import { pushMigrations } from '../local-stack/stack/push-migrations';
import { startDatabase } from '../local-stack/stack/start-database';

/** bigint comes as a number: counts stay far below 2^53. */
export type Sql = postgres.Sql<{ bigint: number }>;
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

/**
 * Opens connections that close with the part: as `postgres`, which owns the project, unless `user` says
 * otherwise.
 */
export type Connect = (max: number, role?: string) => Sql;

/**
 * A fresh database with the product's migrations alone: no gateway, no Realtime, no cron. Commits are durable,
 * as hosted. `closers` removes its data.
 */
export async function openBenchDatabase(closers: Closers): Promise<Connect> {
	const dataDir = temporaryDataDir(await findHome());
	closers.add(() => rm(dataDir, { recursive: true, force: true }));
	const database = await startDatabase({ port: 0, dataDir, log: console.error });
	closers.add(() => database.stop());
	const connect: Connect = (max, role = 'postgres') => {
		const sql = postgres(database.urlFor(role), {
			max,
			onnotice: () => {},
			connection: { jit: false },
			types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
		});
		closers.add(() => sql.end({ timeout: 2 }));
		return sql;
	};
	await pushMigrations(connect(1), database.urlFor('postgres'));
	await connect(1, SUPERUSER)`select realtime.maintain_messages_partitions()`;
	return connect;
}

/** The claims that the API sets for a signed-in user. */
export function claimsOf(userId: string): string {
	return JSON.stringify({ sub: userId, role: 'authenticated', aud: 'authenticated' });
}

/** Runs in one transaction as a signed-in user, as the API does. */
export async function asUser<T>(
	sql: Sql,
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
export async function connectAs(connect: Connect, userId: string): Promise<Sql> {
	const sql = connect(1);
	await sql`select set_config('request.jwt.claims', ${claimsOf(userId)}, false)`;
	await sql`set role authenticated`;
	return sql;
}
