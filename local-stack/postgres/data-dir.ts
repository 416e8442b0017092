import { execFile } from 'node:child_process';
import {
	chmod,
	chown,
	mkdir,
	mkdtemp,
	readFile,
	rename,
	rm,
	stat,
	writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { commandLine } from './process-table';
import { type ServerAccount } from './server-account';

/** The superuser and the owner have the same password, because this database listens on the loopback address only. */
export const SUPERUSER = 'supabase_admin';
export const PASSWORD = 'postgres';

/** Another stack is using the same data. `pid` is its Postgres. */
export class DataInUseError extends Error {
	constructor(
		readonly dataDir: string,
		readonly pid: number | undefined,
	) {
		const who = pid ? ` (Postgres has process id ${pid})` : '';
		super(
			`The local stack is already running on this data${who}. Stop it first, or use its pages.`,
		);
		this.name = 'DataInUseError';
	}
}

/** Makes the database cluster if there is none in `dataDir`. An incomplete one never has that name. */
export async function ensureDataDir(options: {
	dataDir: string;
	binaries: string;
	account: ServerAccount;
	durable: boolean;
}): Promise<void> {
	const { dataDir, binaries, account } = options;
	if (await stat(join(dataDir, 'PG_VERSION')).catch(() => undefined)) return;
	await mkdir(dirname(dataDir), { recursive: true });
	const draft = await mkdtemp(`${dataDir}.new-`);
	try {
		if (account.uid !== undefined && account.gid !== undefined)
			await chown(draft, account.uid, account.gid);
		await initialise({ ...options, dataDir: join(draft, 'data') }, draft, binaries);
		await rm(dataDir, { recursive: true, force: true }); // Empty, or without PG_VERSION: not a cluster.
		await rename(join(draft, 'data'), dataDir);
	} finally {
		await rm(draft, { recursive: true, force: true });
	}
}

async function initialise(
	options: { dataDir: string; account: ServerAccount; durable: boolean },
	draft: string,
	binaries: string,
): Promise<void> {
	const passwordFile = join(draft, 'password');
	await writeFile(passwordFile, `${PASSWORD}\n`);
	await chmod(passwordFile, 0o644);
	const args = [
		`--pgdata=${options.dataDir}`,
		`--username=${SUPERUSER}`,
		`--pwfile=${passwordFile}`,
		'--auth=scram-sha-256',
		'--encoding=UTF8',
		// Postgres' own collation is the same on every machine, whatever its locales are.
		'--locale=C',
		'--locale-provider=builtin',
		'--builtin-locale=C.UTF-8',
		...(options.durable ? [] : ['--no-sync']),
	];
	await promisify(execFile)(join(binaries, 'bin/initdb'), args, { ...options.account, cwd: draft });
}

/**
 * Removes the lock file of a server that has ended. Postgres also does that, but not if another process has that
 * process id now.
 * @throws DataInUseError if that server is running.
 */
export async function clearStaleLock(dataDir: string): Promise<void> {
	const file = join(dataDir, 'postmaster.pid');
	const pid = await readLock(file);
	if (pid === undefined) return;
	if (commandLine(pid).includes(dataDir)) throw new DataInUseError(dataDir, pid);
	await rm(file, { force: true });
}

async function readLock(file: string): Promise<number | undefined> {
	const content = await readFile(file, 'utf8').catch(() => undefined);
	return content === undefined ? undefined : Number.parseInt(content, 10) || 0;
}
