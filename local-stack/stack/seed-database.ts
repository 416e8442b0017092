import { readFile } from 'node:fs/promises';
import type postgres from 'postgres';
import { paths } from './paths';

/** Runs `seed.sql`, which adds the demo data if it is missing. */
export async function seedDatabase(sql: postgres.Sql): Promise<void> {
	await sql.unsafe(await readFile(paths.seed, 'utf8'));
}
