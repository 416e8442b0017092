import { sortBy, type Transaction } from './text';

/** The product's policies on a table; on tables of the platform, those that name the product. */
export async function describePolicies(sql: Transaction, table: string): Promise<string[]> {
	const policies = await sql<
		{
			name: string;
			restrictive: boolean;
			command: string;
			roles: string[];
			using: string | null;
			check: string | null;
		}[]
	>`
		select
			p.polname as name, not p.polpermissive as restrictive,
			case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end
				as command,
			array(select r.rolname::text from pg_catalog.pg_roles r where r.oid = any (p.polroles)) as roles,
			pg_catalog.pg_get_expr(p.polqual, p.polrelid) as using,
			pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as check
		from pg_catalog.pg_policy p
		where p.polrelid = ${table}::text::regclass`;
	return sortBy(policies, ({ name }) => name)
		.filter(({ using, check }) => /support/.test(`${using} ${check}`))
		.map(({ name, restrictive, command, roles, using, check }) => {
			const kind = restrictive ? ' as restrictive' : '';
			const to = roles.toSorted().join(', ');
			const lines = [`create policy "${name}" on ${table}${kind} for ${command} to ${to}`];
			if (using !== null) lines.push(`using (${using})`);
			if (check !== null) lines.push(`with check (${check})`);
			return `${lines.join('\n')};`;
		});
}

/** The triggers of a table that call the product's own functions. */
export async function describeTriggers(sql: Transaction, table: string): Promise<string[]> {
	const triggers = await sql<{ name: string; definition: string }[]>`
		select t.tgname as name, pg_catalog.pg_get_triggerdef(t.oid) as definition
		from pg_catalog.pg_trigger t
		join pg_catalog.pg_proc p on p.oid = t.tgfoid
		where t.tgrelid = ${table}::text::regclass and not t.tgisinternal
			and p.pronamespace = 'support_private'::regnamespace`;
	return sortBy(triggers, ({ name }) => name).map(({ definition }) => `${definition};`);
}

/** The product's additions to tables of the platform. */
export async function describePlatformTables(sql: Transaction): Promise<string> {
	const parts: string[] = [];
	for (const table of ['auth.users', 'realtime.messages', 'storage.objects'])
		parts.push(...(await describePolicies(sql, table)), ...(await describeTriggers(sql, table)));
	return parts.join('\n\n');
}
