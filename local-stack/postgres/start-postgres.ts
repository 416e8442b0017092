import { rm } from 'node:fs/promises';
import { clearStaleLock, ensureDataDir } from './data-dir';
import { findHome, persistentDataDir, sweepLeftovers, temporaryDataDir } from './home';
import { installBinaries } from './install-binaries';
import { findServerAccount } from './server-account';
import { launchServer } from './launch-server';

export { DataInUseError, PASSWORD, SUPERUSER } from './data-dir';

export interface PostgresOptions {
	/** A free port. */
	port: number;
	/** `persistent`: this clone's own data. `temporary`: fresh data, removed on stop. Otherwise a directory. */
	dataDir: 'persistent' | 'temporary' | (string & {});
	/** Receives each line of the server's log that reports a failure. */
	log?: (line: string) => void;
}

export interface RunningPostgres {
	port: number;
	dataDir: string;
	/** Resolves when the server process has ended, and temporary data is removed. */
	stop(): Promise<void>;
}

/**
 * Starts Postgres 17 on the loopback address, with an empty cluster if there is no data yet.
 * @throws DataInUseError if another server uses the data; otherwise an Error with the server's own text.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
	const home = await findHome();
	await sweepLeftovers(home);
	const [binaries, account] = await Promise.all([installBinaries(home), findServerAccount()]);
	const temporary = options.dataDir === 'temporary';
	const dataDir = resolveDataDir(options.dataDir, home);
	try {
		await ensureDataDir({ dataDir, binaries, account, durable: !temporary });
		await clearStaleLock(dataDir);
		const server = await launchServer({ ...options, binaries, account, dataDir, temporary });
		return {
			port: options.port,
			dataDir,
			async stop() {
				await server.stop();
				if (temporary) await rm(dataDir, { recursive: true, force: true });
			},
		};
	} catch (error) {
		if (temporary) await rm(dataDir, { recursive: true, force: true });
		throw error;
	}
}

/** Throws DataInUseError if a server is running on this clone's persistent data. */
export async function assertPersistentDataFree(): Promise<void> {
	await clearStaleLock(persistentDataDir(await findHome()));
}

/** Removes this clone's persistent data. The server must not be running. */
export async function resetPersistentData(): Promise<void> {
	const dataDir = persistentDataDir(await findHome());
	await clearStaleLock(dataDir);
	await rm(dataDir, { recursive: true, force: true });
}

function resolveDataDir(dataDir: PostgresOptions['dataDir'], home: string): string {
	if (dataDir === 'persistent') return persistentDataDir(home);
	return dataDir === 'temporary' ? temporaryDataDir(home) : dataDir;
}
