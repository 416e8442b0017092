import type postgres from 'postgres';
import { z } from 'zod';
import { type Caller } from '../caller';
import { type CallableFunction } from './find-function';

const MAX_ROWS = 1000; // `max_rows` in config.toml.

const output = z.object({
	body: z.string().nullable(),
	count: z.number(),
	status: z.string().nullable(),
	headers: z.string().nullable(),
});

/** JSON text as Postgres wrote it, the number of rows in it, and the HTTP status and headers that the function set. */
export type CallResult = z.infer<typeof output>;

export interface CallOptions {
	target: CallableFunction;
	/** A JSON object, as text; its keys are names of inputs. */
	json: string;
	given: string[];
	caller: Caller;
	method: string;
	path: string;
	headers: Headers;
}

/**
 * Calls a function as the caller in one transaction. Postgres reads and writes all JSON, as with PostgREST, so that
 * composite values, times and large numbers have the same format.
 */
export async function callFunction(sql: postgres.Sql, call: CallOptions): Promise<CallResult> {
	const readOnly = call.target.readOnly || call.method !== 'POST';
	const rows = await sql.begin(readOnly ? 'read only' : 'read write', async (transaction) => {
		await transaction`
			select
				set_config('search_path', '"public", "extensions"', true),
				set_config('role', ${call.caller.role}, true),
				set_config('request.jwt.claims', ${JSON.stringify(call.caller.claims)}, true),
				set_config('request.method', ${call.method}, true),
				set_config('request.path', ${call.path}, true),
				set_config('request.headers', ${JSON.stringify(Object.fromEntries(call.headers))}, true),
				set_config('response.status', '', true),
				set_config('response.headers', '', true)`;
		return await transaction.unsafe(callStatement(call), [call.json], { prepare: true });
	});
	return output.parse(rows[0]);
}

function callStatement({ target, given }: CallOptions): string {
	const used = target.inputs.filter(({ name }) => given.includes(name));
	const columns = used.map(({ name, type }) => `${quote(name)} ${type}`).join(', ');
	const passed = used.map(({ name }) => `${quote(name)} => args.${quote(name)}`).join(', ');
	const args =
		used.length > 0 ? `json_to_record(body.payload) as args (${columns})` : '(select) as args';
	const alias = target.returns === 'row' ? 'call' : 'call (value)';
	const rows = `
		select call.*
		from (select $1::text::json as payload) as body
		cross join lateral ${args}
		cross join lateral public.${quote(target.name)}(${passed}) as ${alias}
		${target.returnsSet ? `limit ${MAX_ROWS}` : ''}`;
	return `
		with result as materialized (${rows})
		select
			${bodyExpression(target)}::text as body,
			count(*)::int as count,
			nullif(current_setting('response.status', true), '') as status,
			nullif(current_setting('response.headers', true), '') as headers
		from result`;
}

function bodyExpression({ returns, returnsSet }: CallableFunction): string {
	const one = returns === 'row' ? 'row_to_json(result)' : 'to_json(result.value)';
	if (returns === 'nothing') return 'null';
	return returnsSet
		? `coalesce(json_agg(${one}), '[]')`
		: `coalesce(json_agg(${one}) -> 0, 'null')`;
}

function quote(identifier: string): string {
	return `"${identifier.replaceAll('"', '""')}"`;
}
