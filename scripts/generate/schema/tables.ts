import { describePolicies, describeTriggers } from './policies-and-triggers';
import { grants, type Right } from './rights';
import { comment, sortBy, type Transaction } from './text';

interface Table {
	oid: number;
	name: string;
	comment: string | null;
	secured: boolean;
	options: string[] | null;
}

/** Tables, each with everything that belongs to it. */
export async function describeTables(sql: Transaction): Promise<string> {
	const tables = await sql<Table[]>`
		select
			c.oid::integer as oid, c.oid::regclass::text as name, c.relrowsecurity as secured, c.reloptions as options,
			pg_catalog.obj_description(c.oid, 'pg_class') as comment
		from pg_catalog.pg_class c
		where c.relkind = 'r'
			and (
				c.relnamespace = 'support_private'::regnamespace
				or c.relnamespace = 'public'::regnamespace and c.relname like 'support\_%'
			)`;
	const parts: string[] = [];
	for (const table of sortBy(tables, ({ name }) => name))
		parts.push(await describeTable(sql, table));
	return parts.join('\n\n');
}

async function describeTable(sql: Transaction, table: Table): Promise<string> {
	const columns = await describeColumns(sql, table);
	const inside = [
		...columns.map(({ definition }) => definition),
		...(await describeConstraints(sql, table)),
	];
	const options = table.options ? ` with (${table.options.join(', ')})` : '';
	const blocks = [
		[
			`create table ${table.name} (\n  ${inside.join(',\n  ')}\n)${options};`,
			...comment(`table ${table.name}`, table.comment),
			...columns.flatMap((column) =>
				comment(`column ${table.name}.${column.name}`, column.comment),
			),
		],
		await describeIndexes(sql, table),
		[
			...(table.secured ? [`alter table ${table.name} enable row level security;`] : []),
			...grants(`table ${table.name}`, await readRights(sql, table)),
		],
		await describePolicies(sql, table.name),
		await describeTriggers(sql, table.name),
	];
	return blocks
		.filter((block) => block.length > 0)
		.map((block) => block.join('\n'))
		.join('\n\n');
}

async function describeColumns(
	sql: Transaction,
	{ oid }: Table,
): Promise<{ name: string; definition: string; comment: string | null }[]> {
	return await sql`
		select
			a.attname as name,
			pg_catalog.concat_ws(
				' ', pg_catalog.quote_ident(a.attname), pg_catalog.format_type(a.atttypid, a.atttypmod),
				case when a.attnotnull then 'not null' end,
				case
					when a.attidentity = 'a' then 'generated always as identity'
					when a.attgenerated = 's' then
						pg_catalog.format('generated always as (%s) stored', pg_catalog.pg_get_expr(d.adbin, d.adrelid))
					when d.adbin is not null then pg_catalog.format('default %s', pg_catalog.pg_get_expr(d.adbin, d.adrelid))
				end
			) as definition,
			pg_catalog.col_description(a.attrelid, a.attnum) as comment
		from pg_catalog.pg_attribute a
		left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
		where a.attrelid = ${oid}::oid and a.attnum > 0 and not a.attisdropped
		order by a.attnum`;
}

async function describeConstraints(sql: Transaction, { oid }: Table): Promise<string[]> {
	const kinds = ['p', 'u', 'f', 'c'];
	const constraints = await sql<{ kind: string; name: string; definition: string }[]>`
		select c.contype as kind, c.conname as name, pg_catalog.pg_get_constraintdef(c.oid) as definition
		from pg_catalog.pg_constraint c
		where c.conrelid = ${oid}::oid and c.contype = any (${kinds})`;
	return sortBy(constraints, ({ kind, name }) => `${kinds.indexOf(kind)} ${name}`).map(
		({ name, definition }) => `constraint ${name} ${definition}`,
	);
}

/** Without the indexes of constraints. */
async function describeIndexes(sql: Transaction, { oid }: Table): Promise<string[]> {
	const indexes = await sql<{ definition: string }[]>`
		select pg_catalog.pg_get_indexdef(i.indexrelid) as definition
		from pg_catalog.pg_index i
		where i.indrelid = ${oid}::oid
			and not exists (select from pg_catalog.pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))`;
	return sortBy(indexes, ({ definition }) => definition).map(({ definition }) => `${definition};`);
}

/** Of every role except the owner, whose rights differ between versions of Postgres. */
async function readRights(sql: Transaction, { oid }: Table): Promise<Right[]> {
	return await sql`
		select
			case when r.grantee = 0 then 'public' else r.grantee::regrole::text end as grantee,
			pg_catalog.lower(r.privilege_type) as privilege, a.name as column
		from (
			select c.relacl as acl, c.relowner as owner, null as name from pg_catalog.pg_class c where c.oid = ${oid}::oid
			union all
			select a.attacl, c.relowner, a.attname
			from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
			where a.attrelid = ${oid}::oid and a.attnum > 0 and not a.attisdropped
		) a
		cross join lateral pg_catalog.aclexplode(a.acl) r
		where r.grantee <> a.owner`;
}
