import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paths } from '../stack/paths';
import { isAlive } from './process-table';

const SHARED_HOMES = [
	'/var/lib/supabase-support-chat',
	join(tmpdir(), 'supabase-support-chat'), // If /var/lib is not writable.
];

/**
 * The directory for all files that the server process needs. Root's Postgres runs as another user, who may be unable to
 * enter the clone (a home directory of mode 700), so for root the directory is elsewhere.
 */
export async function findHome(): Promise<string> {
	if (process.getuid?.() !== 0) return await makeDirectory(paths.temporary);
	const errors: unknown[] = [];
	for (const home of SHARED_HOMES) {
		try {
			return await makeDirectory(home);
		} catch (error) {
			errors.push(error);
		}
	}
	throw new AggregateError(errors, `No place for the database: tried ${SHARED_HOMES.join(', ')}.`);
}

/** The directory of this clone's persistent data. */
export function persistentDataDir(home: string): string {
	const clone = createHash('sha256').update(paths.root).digest('hex').slice(0, 12);
	return home === paths.temporary ? join(home, 'data') : join(home, `data-${clone}`);
}

/**
 * A name for a temporary data directory. It contains our process id, so that a later start can recognise an abandoned
 * one.
 */
export function temporaryDataDir(home: string): string {
	return join(home, `temporary-${process.pid}-${crypto.randomUUID().slice(0, 8)}`);
}

/**
 * Removes temporary data directories whose process has ended without removing them: the machine, or the process and its
 * watchdog, were killed.
 */
export async function sweepLeftovers(home: string): Promise<void> {
	for (const name of await readdir(home)) {
		const owner = /^temporary-(\d+)-/.exec(name)?.[1];
		if (!owner || isAlive(Number(owner))) continue;
		await rm(join(home, name), { recursive: true, force: true }).catch(() => undefined); // Another start may be removing it.
	}
}

async function makeDirectory(path: string): Promise<string> {
	await mkdir(path, { recursive: true, mode: 0o755 });
	return path;
}
