import { comment, literal, sortBy, type Transaction } from './text';

/** Enums and composite types. */
export async function describeTypes(sql: Transaction): Promise<string> {
	const types = await sql<
		{ name: string; labels: string[]; attributes: string[]; comment: string | null }[]
	>`
		select
			t.oid::regtype::text as name,
			array(
				select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder
			) as labels,
			array(
				select pg_catalog.format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod))
				from pg_catalog.pg_attribute a
				where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
				order by a.attnum
			) as attributes,
			pg_catalog.obj_description(t.oid, 'pg_type') as comment
		from pg_catalog.pg_type t
		left join pg_catalog.pg_class c on c.oid = t.typrelid
		where t.typnamespace = 'public'::regnamespace and t.typname like 'support\_%'
			and (t.typtype = 'e' or c.relkind = 'c')`;
	return sortBy(types, ({ name }) => name)
		.map(({ name, labels, attributes, comment: text }) => {
			const body =
				labels.length > 0
					? `enum (${labels.map(literal).join(', ')})`
					: `(\n  ${attributes.join(',\n  ')}\n)`;
			return [`create type ${name} as ${body};`, ...comment(`type ${name}`, text)].join('\n');
		})
		.join('\n\n');
}
