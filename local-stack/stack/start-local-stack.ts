import { Cleanup } from './cleanup';
import { configureProduct } from './configure-product';
import { asPortError, DEFAULT_PORTS, type LocalStackPorts, reservePort } from './ports';
import { localProjectKeys } from './project-keys';
import { pushMigrations } from './push-migrations';
import { seedDatabase } from './seed-database';
import { startApi } from './start-api';
import { startDatabase } from './start-database';
import { startOutbox } from '../mail-outbox/index';
import { connect, type Database } from '../postgres/connect';

export { DEFAULT_PORTS, PortTakenError, type LocalStackPorts } from './ports';
export {
	assertPersistentDataFree,
	DataInUseError,
	resetPersistentData,
} from '../postgres/start-postgres';

export interface LocalStackOptions {
	/** 0 means any free port. Default: 54321, 54322, 54324. */
	ports?: Partial<LocalStackPorts>;
	/**
	 * The directory of the data, or `persistent` for this clone's own. Default: a fresh temporary directory, removed on
	 * stop.
	 */
	dataDir?: string;
	/** Adds the demo data, once. */
	seed?: boolean;
	/** Receives errors of the parts, and the output of Edge Functions. */
	log?: (line: string) => void;
	realtime?: { joinErrorDelayMs?: number };
	/** The lifetime of an access token. Default: an hour. */
	jwtExpirySeconds?: number;
	/** The address of the dashboard, for links in emails. */
	dashboardUrl?: string;
}

export interface LocalStack {
	apiUrl: string;
	/** As the role `postgres`, which owns the project and is not a superuser. */
	databaseUrl: string;
	outboxUrl: string;
	publishableKey: string;
	secretKey: string;
	jwtSecret: string;
	/** Connections as the owner. */
	sql: Database;
	/** Ends every process and removes temporary data. */
	stop(): Promise<void>;
}

/**
 * Starts a whole Supabase project on this machine, with the migrations applied.
 * @throws PortTakenError, DataInUseError, or an Error with the text of the part that failed. No process keeps running.
 */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
	const cleanup = new Cleanup();
	try {
		return await start(options, cleanup);
	} catch (error) {
		await cleanup.run().catch(() => undefined); // The first failure is the one to report.
		throw error;
	}
}

async function start(options: LocalStackOptions, cleanup: Cleanup): Promise<LocalStack> {
	const log = options.log ?? (() => undefined);
	const ports = { ...DEFAULT_PORTS, ...options.ports };
	const keys = localProjectKeys();

	// Check ports before anything is started, so that a taken port is reported at once.
	for (const part of ['outbox', 'api', 'database'] as const) await reservePort(ports[part], part);
	const outbox = await startOutbox({ port: ports.outbox }).catch((error: unknown) => {
		throw error instanceof Error ? asPortError(error, ports.outbox, 'outbox') : error;
	});
	cleanup.add(() => outbox.stop());
	const database = await startDatabase({
		port: ports.database,
		dataDir: options.dataDir ?? 'temporary',
		log,
	});
	cleanup.add(() => database.stop());
	const databaseUrl = database.urlFor('postgres');
	const sql = connect(databaseUrl, 20);
	cleanup.add(() => sql.end({ timeout: 1 }));

	// In parallel. A failure of the migrations waits until the API is up, because a part that is just starting cannot
	// be stopped.
	const migrated = pushMigrations(sql, databaseUrl);
	migrated.catch(() => undefined);
	const api = await startApi({
		...options,
		port: ports.api,
		database,
		keys,
		outboxUrl: outbox.url,
		log,
		cleanup,
	});
	await migrated;
	await api.startWorkers();
	if (options.seed) await seedDatabase(sql);
	await configureProduct(sql, api.url, options.dashboardUrl);

	return {
		apiUrl: api.url,
		databaseUrl,
		outboxUrl: outbox.url,
		publishableKey: keys.publishableKey,
		secretKey: keys.secretKey,
		jwtSecret: keys.jwtSecret,
		sql,
		stop: () => cleanup.run(),
	};
}
