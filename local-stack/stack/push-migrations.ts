import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import type postgres from 'postgres';
import { z } from 'zod';
import { paths } from './paths';

const output = z.object({ stdout: z.string(), stderr: z.string() });

/** The CLI failed; the message has its output. */
export class MigrationError extends Error {
	constructor(words: string, options: ErrorOptions) {
		super(`The migrations could not be applied:\n${words}`, options);
		this.name = 'MigrationError';
	}
}

/** The database has migrations that this version of the product does not have. */
export class OtherMigrationsError extends Error {
	constructor() {
		super('The local data was made by other migrations than those of this version');
		this.name = 'OtherMigrationsError';
	}
}

/**
 * Applies the missing migrations with the real CLI as the role `postgres`. Prints nothing unless it fails.
 * @throws MigrationError, OtherMigrationsError
 */
export async function pushMigrations(sql: postgres.Sql, databaseUrl: string): Promise<void> {
	if ((await pendingMigrations(sql)).length === 0) return; // The CLI takes a second to find this out.
	const args = ['db', 'push', `--remote=${databaseUrl}`, '--yes', '--include-all'];
	try {
		await promisify(execFile)(process.execPath, [paths.cli, ...args], {
			cwd: paths.root,
			env: { ...process.env, SUPABASE_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
			maxBuffer: 16 * 1024 * 1024,
		});
	} catch (cause) {
		const { stdout, stderr } = output.catch({ stdout: '', stderr: String(cause) }).parse(cause);
		throw new MigrationError(`${stdout}\n${stderr}`.trim(), { cause });
	}
}

async function pendingMigrations(sql: postgres.Sql): Promise<string[]> {
	const files = await readdir(paths.migrations).catch(() => []);
	const versions = files.flatMap((file) => /^(\d+)_.*\.sql$/.exec(file)?.[1] ?? []);
	const [history] = await sql`select to_regclass('supabase_migrations.schema_migrations') as name`;
	if (!history?.['name']) return versions;
	const rows = await sql`select version from supabase_migrations.schema_migrations`;
	const applied = new Set(rows.map(({ version }) => String(version)));
	if ([...applied].some((version) => !versions.includes(version))) throw new OtherMigrationsError();
	return versions.filter((version) => !applied.has(version));
}
