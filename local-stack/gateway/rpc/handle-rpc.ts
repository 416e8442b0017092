import type postgres from 'postgres';
import { z } from 'zod';
import { type Caller } from '../caller';
import { restError } from '../responses';
import { callFunction, type CallResult } from './call-function';
import { databaseErrorResponse } from './database-error';
import { type CallableFunction, findFunctions } from './find-function';

const SINGLE_OBJECT = 'application/vnd.pgrst.object+json';
const jsonObject = z.record(z.string(), z.unknown());
const headerList = z.array(z.record(z.string(), z.string()));

/**
 * `POST`, `GET` and `HEAD /rest/v1/rpc/<name>` as in PostgREST. @supabase/lite has this, too, but passes composite
 * values as text and jsonb arguments as strings, which this product's functions do not accept. Returns undefined for
 * requests that lite handles: filters on the result, other content types, unknown functions.
 */
export async function handleRpc(
	sql: postgres.Sql,
	request: Request,
	caller: Caller,
): Promise<Response | undefined> {
	const url = new URL(request.url);
	const name = decodeURIComponent(url.pathname.slice('/rest/v1/rpc/'.length));
	const args = await readArguments(request, url);
	if (!args || args instanceof Response) return args;

	const [target, another] = await findFunctions(sql, name, args.given);
	if (!target || another) return undefined;
	try {
		const { method, headers } = request;
		const path = url.pathname.slice('/rest/v1'.length);
		const result = await callFunction(sql, { target, ...args, caller, method, path, headers });
		return toResponse(result, target, request);
	} catch (error) {
		return databaseErrorResponse(error, caller.role);
	}
}

interface Arguments {
	given: string[];
	json: string;
}

async function readArguments(
	request: Request,
	url: URL,
): Promise<Arguments | Response | undefined> {
	url.searchParams.delete('apikey');
	if (request.method === 'GET' || request.method === 'HEAD') {
		const query = Object.fromEntries(url.searchParams);
		return { given: Object.keys(query), json: JSON.stringify(query) };
	}
	const type = request.headers.get('content-type') ?? 'application/json';
	if (
		request.method !== 'POST' ||
		url.searchParams.size > 0 ||
		!type.startsWith('application/json')
	)
		return undefined;
	return await readBody(request);
}

async function readBody(request: Request): Promise<Arguments | Response> {
	try {
		const bytes = await request.clone().arrayBuffer();
		const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes) || '{}';
		return { given: Object.keys(jsonObject.parse(JSON.parse(json))), json };
	} catch {
		return restError(400, 'PGRST102', 'Empty or invalid json');
	}
}

function toResponse(result: CallResult, target: CallableFunction, request: Request): Response {
	const headers = new Headers();
	for (const set of headerList.parse(JSON.parse(result.headers ?? '[]')))
		for (const [name, value] of Object.entries(set)) headers.append(name, value);
	const status = result.status ? Number(result.status) : undefined;
	if (target.returns === 'nothing') return new Response(null, { status: status ?? 204, headers });

	const exact = request.headers.get('prefer')?.includes('count=exact') ?? false;
	const range = result.count > 0 ? `0-${result.count - 1}` : '*';
	headers.set('content-range', `${range}/${exact ? result.count : '*'}`);
	if (exact) headers.set('preference-applied', 'count=exact');

	let body = result.body ?? '';
	const single = request.headers.get('accept')?.includes(SINGLE_OBJECT) ?? false;
	if (single && target.returnsSet) {
		if (result.count !== 1) return notOneRow(result.count);
		body = body.slice(1, -1).trim(); // json_agg puts a single element between brackets.
	}
	headers.set('content-type', `${single ? SINGLE_OBJECT : 'application/json'}; charset=utf-8`);
	return new Response(request.method === 'HEAD' ? null : body, { status: status ?? 200, headers });
}

function notOneRow(count: number): Response {
	const message = 'Cannot coerce the result to a single JSON object';
	return restError(406, 'PGRST116', message, `The result contains ${count} rows`);
}
