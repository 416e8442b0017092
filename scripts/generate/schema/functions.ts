import { grants, type Right } from './rights';
import { comment, sortBy, type Transaction } from './text';

interface Fn {
	oid: number;
	name: string;
	signature: string;
	args: string;
	result: string;
	language: string;
	volatility: string;
	parallel: boolean;
	strict: boolean;
	definer: boolean;
	config: string[] | null;
	source: string;
	comment: string | null;
}

/**
 * Functions with their bodies, comments and rights. Only its owner and triggers can call a function without a grant.
 */
export async function describeFunctions(sql: Transaction): Promise<string> {
	const functions = await sql<Fn[]>`
		select
			p.oid::integer as oid, p.pronamespace::regnamespace || '.' || p.proname as name, 
			pg_catalog.format('%s.%I(%s)', p.pronamespace::regnamespace, p.proname, pg_catalog.oidvectortypes(p.proargtypes)) as signature,
			pg_catalog.pg_get_function_arguments(p.oid) as args, pg_catalog.pg_get_function_result(p.oid) as result,
			l.lanname as language,
			case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility,
			p.proparallel = 's' as parallel, p.proisstrict as strict, p.prosecdef as definer, p.proconfig as config,
			p.prosrc as source, pg_catalog.obj_description(p.oid, 'pg_proc') as comment
		from pg_catalog.pg_proc p
		join pg_catalog.pg_language l on l.oid = p.prolang
		where p.pronamespace = 'support_private'::regnamespace
			or p.pronamespace = 'public'::regnamespace and p.proname ~ '(^|_)support_'`;
	const rights = await sql<(Right & { oid: number })[]>`
		select
			p.oid::integer as oid, case when r.grantee = 0 then 'public' else r.grantee::regrole::text end as grantee,
			pg_catalog.lower(r.privilege_type) as privilege, null as column
		from pg_catalog.pg_proc p
		cross join lateral pg_catalog.aclexplode(p.proacl) r
		where r.grantee <> p.proowner`;
	return sortBy(functions, ({ signature }) => signature)
		.map((fn) =>
			[
				definition(fn),
				...comment(`function ${fn.signature}`, fn.comment),
				...grants(
					`function ${fn.signature}`,
					rights.filter(({ oid }) => oid === fn.oid),
				),
			].join('\n'),
		)
		.join('\n\n');
}

function definition(fn: Fn): string {
	const traits = [
		fn.volatility,
		...(fn.parallel ? ['parallel safe'] : []),
		...(fn.strict ? ['strict'] : []),
		fn.definer ? 'security definer' : 'security invoker',
	];
	return [
		`create function ${fn.name}(${fn.args})`,
		`returns ${fn.result}`,
		`language ${fn.language} ${traits.join(' ')}`,
		...(fn.config ?? []).map((setting) => `set ${setting.replace('=', ' = ').replace('""', "''")}`),
		`as $$${fn.source}$$;`,
	].join('\n');
}
