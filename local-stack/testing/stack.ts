import { connect, type Database } from '../postgres/connect';
import { pushMigrations } from '../stack/push-migrations';
import { startDatabase } from '../stack/start-database';
import {
	startLocalStack,
	type LocalStack,
	type LocalStackOptions,
} from '../stack/start-local-stack';
import { makeDataDir } from './data-dir';

export type { LocalStack } from '../stack/start-local-stack';

/** Starts an isolated stack on free ports; its `stop()` leaves nothing running. */
export function startTestStack(
	options: Omit<LocalStackOptions, 'ports'> = {},
): Promise<LocalStack> {
	return startLocalStack({ ...options, ports: { api: 0, database: 0, outbox: 0 } });
}

/** Ends cron jobs, for tests that run them by hand. `name` is a pattern of SQL's `like`. */
export async function stopJobs(sql: Database, name = '%'): Promise<void> {
	await sql`select cron.unschedule(jobname) from cron.job where jobname like ${name}`;
}

/** Postgres without an API and without workers: only the test uses it. */
export interface TestDatabase {
	/** Connections as a role, which end on stop: `postgres` owns the project. */
	connect(max: number, role?: string): Database;
	stop(): Promise<void>;
}

/**
 * Starts an isolated Postgres on a free port, with the migrations applied. `durable` writes commits to disk, as a
 * hosted project does.
 */
export async function startTestDatabase({
	durable = false,
	log = () => undefined,
}: {
	durable?: boolean;
	log?: (line: string) => void;
} = {}): Promise<TestDatabase> {
	const data = durable ? await makeDataDir() : undefined;
	const dataDir = data?.path ?? 'temporary';
	const database = await startDatabase({ port: 0, dataDir, log });
	const opened: Database[] = [];
	const test: TestDatabase = {
		connect(max, role = 'postgres') {
			const sql = connect(database.urlFor(role), max);
			opened.push(sql);
			return sql;
		},
		async stop() {
			await Promise.all(opened.map((sql) => sql.end({ timeout: 2 })));
			await database.stop();
			await data?.remove();
		},
	};
	try {
		await pushMigrations(test.connect(1), database.urlFor('postgres'));
	} catch (error) {
		await test.stop();
		throw error;
	}
	return test;
}

/** How many deadlocks Postgres has counted in this database, on whichever connections. */
export async function countDeadlocks(sql: Database): Promise<number> {
	await sql`select pg_stat_force_next_flush()`;
	const [row] = await sql<{ deadlocks: number }[]>`
		select deadlocks from pg_stat_database where datname = current_database()`;
	return row?.deadlocks ?? 0;
}
