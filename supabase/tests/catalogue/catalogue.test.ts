import { describe, expect, test } from 'vitest';
import { sql } from '../helpers/database';
import {
	hookFunctions,
	privateFunctions,
	privateTables,
	serviceFunctions,
	tableRights,
	userFunctions,
} from '../helpers/expected-rights';

const API_ROLES = ['anon', 'authenticated', 'service_role'];

const allRights = { ...privateTables, ...tableRights };

const tables = await sql<{ name: string; kind: string; rls: boolean; comment: string | null }[]>`
	select
		c.relname as name, c.relkind as kind, c.relrowsecurity as rls,
		obj_description(c.oid, 'pg_class') as comment
	from pg_class c
	where c.relnamespace in ('public'::regnamespace, 'support_private'::regnamespace)
		and c.relkind in ('r', 'p', 'v', 'm', 'f')
		and (c.relnamespace = 'support_private'::regnamespace or c.relname like '%support_%')
	order by 1`;

const functions = await sql<
	{
		schema: string;
		name: string;
		definer: boolean;
		config: string[] | null;
		comment: string | null;
		source: string;
		may: string[];
		everyone: boolean;
		trigger: boolean;
		volatility: string;
	}[]
>`
	select
		p.pronamespace::regnamespace::text as schema, p.proname as name, p.prosecdef as definer, p.proconfig as config,
		obj_description(p.oid, 'pg_proc') as comment, p.prosrc as source,
		p.prorettype = 'trigger'::regtype as trigger, p.provolatile as volatility,
		array(
			select r from unnest(${API_ROLES}::text[]) r where has_function_privilege(r, p.oid, 'execute') order by r
		) as may,
		p.proacl is null or exists (
			select from aclexplode(p.proacl) acl where acl.grantee = 0 and acl.privilege_type = 'EXECUTE'
		) as everyone
	from pg_proc p
	where p.pronamespace = 'support_private'::regnamespace
		or p.pronamespace = 'public'::regnamespace and p.proname like '%support%'
	order by 1, 2`;

const policies = await sql<
	{ table: string; name: string; command: string; roles: string[]; expression: string }[]
>`
	select
		schemaname || '.' || tablename as table, policyname as name, cmd as command, roles::text[] as roles,
		concat_ws(' ', qual, with_check) as expression
	from pg_policies
	where schemaname = 'public' and tablename like 'support_%'
		or concat_ws(' ', qual, with_check) like '%support_private%'
		or concat_ws(' ', qual, with_check) like '%support-attachments%'
	order by 1, 2`;

describe('every table of the product', () => {
	test('is known to these tests', () => {
		expect(tables.map((table) => table.name)).toEqual(Object.keys(allRights).sort());
	});

	test.each([...tables])('$name has row level security and a comment', (table) => {
		expect(table).toMatchObject({ kind: 'r', rls: true });
		expect(table.comment).toMatch(/\w{3}/);
	});

	test.each([...tables])(
		'$name grants only signed-in users what the lists allow',
		async (table) => {
			const rights = allRights[table.name]!;
			const granted = await sql<{ grantee: string; privilege: string; columns: string[] }[]>`
				select grantee, privilege_type as privilege, array['*'] as columns
				from information_schema.role_table_grants
				where table_schema in ('public', 'support_private') and table_name = ${table.name}
					and grantee in ('PUBLIC', 'anon', 'authenticated')
				union all
				select grantee, privilege_type, array_agg(column_name::text order by column_name)
				from information_schema.column_privileges c
				where table_schema in ('public', 'support_private') and table_name = ${table.name}
					and grantee in ('PUBLIC', 'anon', 'authenticated')
					and not exists (
						select from information_schema.role_table_grants t
						where (t.table_schema, t.table_name, t.grantee, t.privilege_type)
							= (c.table_schema, c.table_name, c.grantee, c.privilege_type)
					)
				group by 1, 2
				order by 2`;
			const expected = [
				{ grantee: 'authenticated', privilege: 'DELETE', columns: rights.delete ? ['*'] : [] },
				{ grantee: 'authenticated', privilege: 'INSERT', columns: rights.insert ?? [] },
				{ grantee: 'authenticated', privilege: 'SELECT', columns: rights.select },
				{ grantee: 'authenticated', privilege: 'UPDATE', columns: rights.update },
			].filter(({ columns }) => columns.length > 0);
			expect([...granted]).toEqual(expected);
		},
	);

	test('has every point in time with its zone, and created_at', async () => {
		const naive = await sql`
			select table_name, column_name from information_schema.columns
			where table_schema = 'public' and table_name like 'support_%'
				and data_type in ('timestamp without time zone', 'json')`;
		expect([...naive]).toEqual([]);
		const dated = await sql<{ table_name: string }[]>`
			select table_name from information_schema.columns
			where (table_schema = 'public' and table_name like 'support_%' or table_schema = 'support_private')
				and column_name = 'created_at'
			order by 1`;
		expect(dated.map((row) => row.table_name)).toEqual(tables.map((table) => table.name));
	});

	test('has an index for every foreign key', async () => {
		const unindexed = await sql`
			select k.conrelid::regclass::text as table, k.conname
			from pg_constraint k
			where k.contype = 'f' and k.connamespace = 'public'::regnamespace and k.conrelid::regclass::text like 'support_%'
				and not exists (
					select from pg_index i
					where i.indrelid = k.conrelid and i.indpred is null
						and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
				)`;
		expect([...unindexed]).toEqual([]);
	});

	test('has an index that begins with each column a policy looks at', async () => {
		const unindexed = await sql`
			select d.refobjid::regclass::text as table, a.attname
			from pg_policy p
			join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
				and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.refobjid = p.polrelid
			join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
			where p.polrelid::regclass::text like 'support_%'
				and not exists (
					select from pg_index i
					where i.indrelid = d.refobjid and i.indkey[0] = d.refobjsubid and i.indpred is null
				)`;
		expect([...unindexed]).toEqual([]);
	});
});

/** Tables of the platform, which the product shares with the host. */
const SHARED_TABLES = ['realtime.messages', 'storage.objects'];

describe('every policy of the product', () => {
	test('there are some', () => {
		expect(policies.length).toBeGreaterThanOrEqual(9);
	});

	test.each([...policies])('$table: "$name" is for named roles and one command', (policy) => {
		expect(policy.roles).not.toContain('public');
		expect(policy.command).not.toBe('ALL');
		// Beside the host's own policies there are restrictive ones, for those who are signed out, too.
		if (!SHARED_TABLES.includes(policy.table)) expect(policy.roles).toEqual(['authenticated']);
	});

	test.each([...policies])('$table: "$name" wraps every function call in select', (policy) => {
		const calls = [...policy.expression.matchAll(/(\w+\s+)?(?:\w+\.)+\w+\(/g)];
		// Only those that shut our bucket for a role decide without asking who calls.
		if (
			!/^\(bucket_id <> 'support-attachments'::text\)( \(bucket_id.*\))?$/.test(policy.expression)
		)
			expect(calls.length).toBeGreaterThan(0);
		for (const [call, before] of calls) expect(`${before ?? ''}← ${call}`).toMatch(/^SELECT /i);
	});
});

describe('every function of the product', () => {
	const named = functions.map((fn) => ({ ...fn, full: `${fn.schema}.${fn.name}` }));

	test.each(named)('$full pins its search path, is described, and is not for everyone', (fn) => {
		expect(fn.config).toContain('search_path=""');
		expect(fn.comment).toMatch(/\w{3}/);
		expect(fn.everyone).toBe(false);
	});

	test.each(named.filter((fn) => fn.definer))(
		'$full, which runs as its owner, is not in an exposed schema',
		(fn) => {
			expect(fn.schema).toBe('support_private');
		},
	);

	test('runs as its owner only if others call it', () => {
		const needless = named.filter((fn) => fn.definer && !fn.trigger && fn.may.length === 0);
		// These two call functions of the team, which must not take another role.
		expect(needless.map((fn) => fn.name)).toEqual(['call_hook', 'score']);
	});

	test.each(named.filter((fn) => fn.trigger))('$full, a trigger, cannot be called', (fn) => {
		expect(fn.may).toEqual([]);
	});

	test('who may execute what in the API is what was decided', () => {
		const api = named.filter((fn) => fn.schema === 'public');
		const callable = (role: string): string[] =>
			api.filter((fn) => fn.may.includes(role)).map((fn) => fn.name);
		expect(callable('anon')).toEqual([]);
		expect(callable('authenticated')).toEqual(userFunctions);
		// A project may let the secret key call everything that is new.
		expect(callable('service_role')).toEqual(expect.arrayContaining(serviceFunctions));
		// Nothing else is there, and one function of a name only: overloads confuse the API.
		expect(api.map((fn) => fn.name)).toEqual(
			[...userFunctions, ...serviceFunctions, ...hookFunctions].sort(),
		);
	});

	test('who may execute what in the private schema is what was decided', () => {
		const callable = named
			.filter((fn) => fn.schema === 'support_private' && fn.may.length > 0)
			.map((fn) => [fn.name, fn.may]);
		expect(Object.fromEntries(callable)).toEqual(privateFunctions);
	});

	test('no text of a caller becomes SQL', () => {
		const dynamic = named.filter((fn) => /\bexecute\s+(format|'|[a-z])/i.test(fn.source));
		// One calls a function that the catalogue knows, the other joins fixed words by the view's name; what callers give are
		// parameters.
		expect(dynamic.map((fn) => fn.full)).toEqual([
			'support_private.call_hook',
			'support_private.list_chats',
		]);
	});
});

describe('the ground it stands on', () => {
	test('the private schema is closed to everyone without a grant', async () => {
		const [row] = await sql`
			select
				has_schema_privilege('anon', 'support_private', 'create')
					or has_schema_privilege('authenticated', 'support_private', 'create') as create,
				exists (
					select from pg_namespace n, aclexplode(n.nspacl) acl
					where n.nspname = 'support_private' and acl.grantee = 0
				) as everyone`;
		expect(row).toEqual({ create: false, everyone: false });
	});

	test('API roles cannot put objects where others look for them', async () => {
		const [row] = await sql`
			select
				has_schema_privilege('anon', 'public', 'create') as anon,
				has_schema_privilege('authenticated', 'public', 'create') as authenticated`;
		expect(row).toEqual({ anon: false, authenticated: false });
	});

	test('the server does not reuse plans across roles (CVE-2024-10976)', async () => {
		const [row] = await sql<{ version: number }[]>`
			select current_setting('server_version_num')::integer as version`;
		// The first release of each supported version that has the mend.
		const mended: Record<number, number> = { 15: 9, 16: 5, 17: 1 };
		const major = Math.floor(row!.version / 10_000);
		expect(major).toBeGreaterThanOrEqual(15);
		expect(row!.version % 10_000).toBeGreaterThanOrEqual(mended[major] ?? 0);
	});
});
