import { readFile } from 'node:fs/promises';
import { SUPERUSER } from '../../local-stack/postgres/start-postgres';
import type { Database } from '../../local-stack/postgres/connect';
import type { TestDatabase } from '../../local-stack/testing/stack';

/** Fills the database with the year of `year.sql`, without triggers, and leaves it vacuumed. Takes a minute or more. */
export async function loadYear(database: TestDatabase): Promise<void> {
	const admin = database.connect(1, SUPERUSER);
	await admin`set session_replication_role = replica`;
	await admin`set maintenance_work_mem = '256MB'`;
	// Built afterwards: building an index at once is several times faster than row by row.
	const indexes = await plainIndexes(admin);
	for (const { name } of indexes) await admin.unsafe(`drop index public.${name}`);
	await admin.unsafe(await readFile(new URL('year.sql', import.meta.url), 'utf8'));
	for (const { definition } of indexes) await admin.unsafe(definition);
	await admin`vacuum (analyze)`;
}

/** The indexes of messages that no constraint owns. */
async function plainIndexes(sql: Database): Promise<{ name: string; definition: string }[]> {
	return sql<{ name: string; definition: string }[]>`
		select c.relname as name, pg_get_indexdef(c.oid) as definition
		from pg_index i
		join pg_class c on c.oid = i.indexrelid
		where i.indrelid = 'public.support_messages'::regclass
			and not exists (select from pg_constraint o where o.conindid = i.indexrelid)`;
}
