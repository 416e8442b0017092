import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { sql } from '../helpers/database';

const root = join(import.meta.dirname, '../../..');
const supabase = join(root, 'node_modules/.bin/supabase');

/** The findings of Supabase's own advisors about the database. */
async function advise(type: 'security' | 'performance', level: 'info' | 'warn'): Promise<string> {
	const args = ['db', 'advisors', `--remote=${inject('stack').databaseUrl}`, '--agent', 'no'];
	const { stdout } = await promisify(execFile)(
		supabase,
		[...args, '--type', type, '--level', level, '--fail-on', 'warn', '--output-format', 'json'],
		{ cwd: root },
	).catch((error: unknown) => {
		const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
		throw new Error(`${stdout}${stderr}`);
	});
	return stdout;
}

describe('Supabase’s advisors find nothing to warn of', () => {
	test.each(['security', 'performance'] as const)('in %s', async (type) => {
		await advise(type, 'warn');
	});
});

test('a table without row level security would be found', async () => {
	await sql`create table public.advisors_probe (id bigint primary key)`;
	await sql`grant select on table public.advisors_probe to anon`;
	try {
		await expect(advise('security', 'warn')).rejects.toThrow('rls_disabled_in_public');
	} finally {
		await sql`drop table public.advisors_probe`;
	}
});
