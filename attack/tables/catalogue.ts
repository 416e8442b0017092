import type postgres from 'postgres';

/** A table or view that the API exposes. */
export interface ExposedTable {
	name: string;
	columns: { name: string; type: string }[];
	/** Tables related by a foreign key, as PostgREST embeds them. */
	related: string[];
}

/** All tables and views of the product that REST exposes. */
export async function exposedTables(sql: postgres.Sql): Promise<ExposedTable[]> {
	return sql<ExposedTable[]>`
		select
			c.relname as name,
			(select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)))
				from pg_catalog.pg_attribute a
				where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
			coalesce((select json_agg(distinct other.relname)
				from pg_catalog.pg_constraint k
				join pg_catalog.pg_class other
					on other.oid = case when k.conrelid = c.oid then k.confrelid else k.conrelid end
				where k.contype = 'f' and c.oid in (k.conrelid, k.confrelid)), '[]') as related
		from pg_catalog.pg_class c
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
			and c.relname like 'support%'
		order by c.relname`;
}
