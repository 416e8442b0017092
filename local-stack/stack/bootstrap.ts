import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getAuthSchemaSql } from '@supabase/lite';
import postgres from 'postgres';
import { paths } from './paths';

/**
 * Brings an empty cluster to the state of a hosted project before the first migration: roles, schemas, and the tables
 * of Auth, Realtime and Storage. Runs at every start; existing objects stay.
 */
export async function bootstrapDatabase(superuserUrl: string): Promise<void> {
	const sql = postgres(superuserUrl, { max: 1, onnotice: () => undefined });
	try {
		const statements = [
			await readSql('roles.sql'),
			await readSql('schemas.sql'),
			getAuthSchemaSql(),
			await readSql('auth.sql'),
			await readSql('realtime.sql'),
			await readSql('storage.sql'),
			await readSql('data-api.sql'),
		];
		await sql.begin(async (transaction) => {
			for (const text of statements) await transaction.unsafe(text);
		});
	} finally {
		await sql.end();
	}
}

async function readSql(name: string): Promise<string> {
	return await readFile(join(paths.bootstrapSql, name), 'utf8');
}
