import type postgres from 'postgres';

/** A function that the API exposes, as the database describes it. */
export interface ExposedFunction {
	name: string;
	args: { name: string; type: string; optional: boolean }[];
}

/** All functions of the exposed schema, including those for the secret key and for triggers. */
export async function exposedFunctions(sql: postgres.Sql): Promise<ExposedFunction[]> {
	const rows = await sql<{ name: string; names: string[]; types: string[]; defaults: number }[]>`
		select
			p.proname as name,
			coalesce(p.proargnames[1:p.pronargs], '{}') as names,
			array(select format_type(t, null) from unnest(p.proargtypes) as t) as types,
			p.pronargdefaults::int as defaults
		from pg_catalog.pg_proc p
		where p.pronamespace = 'public'::regnamespace
		order by p.proname, p.pronargs`;
	return rows.map(({ name, names, types, defaults }) => ({
		name,
		args: types.map((type, index) => ({
			type,
			name: names[index] ?? '',
			optional: index >= types.length - defaults,
		})),
	}));
}
