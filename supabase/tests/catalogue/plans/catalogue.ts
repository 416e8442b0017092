import type { Database } from '../../helpers/database';

export interface Policy {
	table: string;
	name: string;
	/** Its condition on a row, in SQL. */
	expression: string;
}

/** Every policy of the product, wherever it stands. */
export async function policies(sql: Database): Promise<Policy[]> {
	return sql.begin(async (tx) => {
		// Without a search path, every name in an expression is written in full.
		await tx`select set_config('search_path', '', true)`;
		return tx<Policy[]>`
			select schemaname || '.' || tablename as table, policyname as name, e.expression
			from pg_catalog.pg_policies cross join lateral unnest(array[qual, with_check]) e (expression)
			where e.expression is not null and (
				schemaname = 'public' and tablename like 'support\_%'
				or concat_ws(' ', qual, with_check) like '%support_private%'
				or concat_ws(' ', qual, with_check) like '%support-attachments%'
			)
			order by 1, 2`;
	});
}

/**
 * The functions that a statement calls, and those that they call, whether in SQL, in a trigger of a table that they write, or
 * in a check of one.
 */
export async function reached(sql: Database, statements: string[]): Promise<Set<string>> {
	const functions = await sql<{ name: string; source: string }[]>`
		select pronamespace::regnamespace || '.' || proname as name, prosrc as source from pg_proc
		where pronamespace in ('public'::regnamespace, 'support_private'::regnamespace) and proname not like 'pg\_%'`;
	const triggers = await sql<{ table: string; name: string }[]>`
		select t.tgrelid::regclass::text as table, p.pronamespace::regnamespace || '.' || p.proname as name
		from pg_trigger t join pg_proc p on p.oid = t.tgfoid
		where p.pronamespace = 'support_private'::regnamespace`;
	const source = new Map(functions.map((fn) => [fn.name, fn.source]));
	const found = new Set<string>();
	const follow = (text: string): void => {
		for (const [, name] of text.matchAll(/\b((?:public|support_private)\.\w+)\s*\(/g)) {
			if (!source.has(name!) || found.has(name!)) continue;
			found.add(name!);
			follow(source.get(name!)!);
		}
		const written = /\b(?:insert into|update|delete from)\s+((?:public|support_private)\.\w+)/g;
		for (const [, table] of text.matchAll(written))
			for (const trigger of triggers)
				if (`public.${trigger.table.replace('public.', '')}` === table) follow(`${trigger.name}(`);
	};
	for (const statement of statements) follow(statement);
	return found;
}

/** The functions that were called in this database, since it counts them. */
export async function called(superuser: Database): Promise<Set<string>> {
	const rows = await superuser<{ name: string }[]>`
		select schemaname || '.' || funcname as name from pg_stat_user_functions where calls > 0`;
	return new Set(rows.map(({ name }) => name));
}
