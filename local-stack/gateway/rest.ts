import type postgres from 'postgres';
import { type ProjectKeys } from '../stack/project-keys';
import { type Caller, identifyCaller } from './caller';
import { type LiteApps } from './lite-apps';
import { restError } from './responses';
import { handleRpc } from './rpc/handle-rpc';

/** `/rest/v1`: functions by our own code, tables by lite. `sql` is a connection as `authenticator`. */
export async function handleRest(
	request: Request,
	deps: { sql: postgres.Sql; lite: LiteApps; keys: ProjectKeys },
): Promise<Response> {
	const result = identifyCaller(request, deps.keys);
	if (result.refusal) return result.refusal;
	const { caller } = result;
	if (new URL(request.url).pathname.startsWith('/rest/v1/rpc/')) {
		const response = await handleRpc(deps.sql, request, caller);
		if (response) return response;
	}
	if (request.method !== 'HEAD')
		return await asPostgrest(await deps.lite.rest(forLite(request, caller, deps.keys)));
	// The body has the error, so it is made and then removed.
	const get = forLite(new Request(request, { method: 'GET' }), caller, deps.keys);
	const { status, headers } = await asPostgrest(await deps.lite.rest(get));
	return new Response(null, { status, headers });
}

/**
 * lite fails with 500 on a JSON value whose type its database client cannot send for the column, such as a number for a
 * text. PostgREST lets Postgres reject the value.
 */
async function asPostgrest(response: Response): Promise<Response> {
	if (response.status !== 500) return response;
	const words = await response.clone().text();
	if (!words.includes('TypeError [ERR_INVALID_ARG_TYPE]')) return response;
	return restError(400, '22P02', 'invalid input syntax');
}

/** The same request with the keys that lite accepts, and with a bearer token only if it is a user's. */
function forLite(request: Request, caller: Caller, keys: ProjectKeys): Request {
	const copy = new Request(request);
	const secret = !caller.token && caller.role === 'service_role';
	copy.headers.set('apikey', secret ? keys.secretKey : keys.publishableKey);
	if (!caller.token) copy.headers.delete('authorization');
	return copy;
}
