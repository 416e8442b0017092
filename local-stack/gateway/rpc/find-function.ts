import type postgres from 'postgres';
import { z } from 'zod';

/** A function as a client can call it. */
export interface CallableFunction {
	name: string;
	inputs: FunctionInput[];
	/** A stable or immutable function runs in a read-only transaction. */
	readOnly: boolean;
	returnsSet: boolean;
	returns: 'nothing' | 'value' | 'row';
}

export interface FunctionInput {
	name: string;
	/** In SQL notation, such as `timestamp with time zone`. */
	type: string;
	optional: boolean;
}

const row = z.object({
	names: z.array(z.string()),
	types: z.array(z.string()),
	defaults: z.number(),
	read_only: z.boolean(),
	returns_set: z.boolean(),
	returns: z.enum(['nothing', 'value', 'row']),
});

/**
 * Finds the functions in `public` that accept exactly these arguments; others must be optional. It reads the catalogue
 * each time, so a migration takes effect at once. (PostgREST has a cache, which hosted reloads after each DDL
 * statement.)
 */
export async function findFunctions(
	sql: postgres.Sql,
	name: string,
	given: string[],
): Promise<CallableFunction[]> {
	const rows = await sql`
		select
			coalesce(inputs.names, '{}') as names,
			coalesce(inputs.types, '{}') as types,
			p.pronargdefaults::int as defaults,
			p.provolatile <> 'v' as read_only,
			p.proretset as returns_set,
			case
				when p.prorettype = 'void'::regtype then 'nothing'
				when result.typtype = 'c' or p.prorettype = 'record'::regtype
					or p.proargmodes && '{o,b,t}'::"char"[] then 'row'
				else 'value'
			end as returns
		from pg_catalog.pg_proc p
		join pg_catalog.pg_type result on result.oid = p.prorettype
		cross join lateral (
			select
				array_agg(coalesce(argument.name, '') order by argument.position) as names,
				array_agg(format_type(argument.type, null) order by argument.position) as types
			from unnest(
				coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargnames, p.proargmodes
			) with ordinality as argument (type, name, mode, position)
			where coalesce(argument.mode, 'i') in ('i', 'b', 'v')
		) inputs
		where p.pronamespace = 'public'::regnamespace and p.proname = ${name} and p.prokind = 'f'`;
	return rows
		.map((found) => toFunction(name, row.parse(found)))
		.filter((candidate) => accepts(candidate, given));
}

function toFunction(name: string, found: z.infer<typeof row>): CallableFunction {
	const firstOptional = found.names.length - found.defaults;
	return {
		name,
		inputs: found.names.map((input, index) => ({
			name: input,
			type: found.types[index] ?? 'text',
			optional: index >= firstOptional,
		})),
		readOnly: found.read_only,
		returnsSet: found.returns_set,
		returns: found.returns,
	};
}

function accepts({ inputs }: CallableFunction, given: string[]): boolean {
	const known = new Set(inputs.map(({ name }) => name));
	if (known.has('') && inputs.length > 0) return false; // Unnamed parameters cannot be set by name.
	const asked = new Set(given);
	return (
		given.every((name) => known.has(name)) &&
		inputs.every(({ name, optional }) => optional || asked.has(name))
	);
}
