import { readFileSync } from 'node:fs';
import { cpus, release, type } from 'node:os';
import type postgres from 'postgres';
import { z } from 'zod';

/** One line with the versions measured. */
export async function printVersions(sql: postgres.ISql, ...others: string[]): Promise<void> {
	const [row] = await sql<{ server_version: string }[]>`show server_version`;
	const { version } = z
		.object({ version: z.string() })
		.parse(JSON.parse(readFileSync('package.json', 'utf8')));
	const parts = [
		`supabase-support-chat ${version}`,
		`Node ${process.versions.node}`,
		`Postgres ${row?.server_version ?? '?'}`,
		...others,
		`${type()} ${release()}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? '?'}`,
	];
	console.log(parts.join(' · '));
}
