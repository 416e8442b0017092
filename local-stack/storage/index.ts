import { type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { corsHeaders } from '../gateway/cors';
import { type ProjectKeys } from '../stack/project-keys';
import { openByteStore } from './objects/bytes';
import { identifyStorageCaller } from './caller';
import { type Reply, type StorageCall, type StorageDeps } from './context';
import { asService, connectStorage, type Scope } from './database';
import { findRoute, type StorageRoute } from './http/routes';
import { errors, StorageError } from './http/storage-error';

export const STORAGE_PREFIX = '/storage/v1/';

export interface Storage {
	handle(request: IncomingMessage, response: ServerResponse): void;
	stop(): Promise<void>;
}

/**
 * Starts the stand-in for Supabase Storage: rows in `storage.objects`, with the policies evaluated as the caller, and
 * bytes in files below the stack's data.
 * @param options.databaseUrl as `supabase_storage_admin`
 */
export async function startStorage(options: {
	databaseUrl: string;
	dataDir: string;
	keys: ProjectKeys;
	log: (line: string) => void;
}): Promise<Storage> {
	const database = connectStorage(options.databaseUrl);
	const bytes = await openByteStore(join(options.dataDir, 'storage'));
	const deps: StorageDeps = { database, bytes, keys: options.keys };
	return {
		handle(request, response) {
			respond(deps, request, response).catch((error: unknown) => {
				options.log(`storage: ${request.method} ${request.url}: ${String(error)}`);
				if (response.headersSent) response.destroy();
				else sendJson(response, errors.internal());
			});
		},
		stop: () => database.end(),
	};
}

async function respond(
	deps: StorageDeps,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	try {
		await send(request, response, await answer(deps, request));
	} catch (error) {
		if (!(error instanceof StorageError)) throw error;
		sendJson(response, error);
	}
}

async function answer(deps: StorageDeps, request: IncomingMessage): Promise<Reply> {
	// Not parsed as a URL, which would resolve `..` before it can be refused.
	const [rawPath = '', rawQuery] = (request.url ?? '').split(/\?(.*)/s);
	const { method = 'GET' } = request;
	const { route, bucket, key } = findRoute(method, rawPath.slice(STORAGE_PREFIX.length - 1));
	const caller = identifyStorageCaller(request.headers, deps.keys, route.token === 'strict');
	const asked: Scope = {
		role: caller.role,
		claims: caller.claims,
		method,
		path: rawPath.slice(STORAGE_PREFIX.length - 1),
		headers: request.headers,
		operation: route.operation,
	};
	const scope = scopeFor(route, asked);
	const query = new URLSearchParams(rawQuery ?? '');
	const call: StorageCall = { ...deps, request, caller, scope, bucket, key, query };
	return await route.handle(call);
}

/** Public and signed addresses are served with the service's rights, with any token. */
function scopeFor({ token }: StorageRoute, scope: Scope): Scope {
	return token === 'none' ? asService(scope) : scope;
}

async function send(
	request: IncomingMessage,
	response: ServerResponse,
	reply: Reply,
): Promise<void> {
	if ('json' in reply) return sendJson(response, { status: 200, body: reply.json });
	const { file, status, headers } = reply;
	response.writeHead(status, { ...headers, ...corsHeaders() });
	if (!file) return void response.end();
	if (request.method === 'HEAD' || file.end < file.start) {
		await file.handle.close();
		return void response.end();
	}
	const { handle, start, end } = file;
	// A client that disconnects is not an error. The stream closes the file.
	await pipeline(handle.createReadStream({ start, end }), response).catch(() => undefined);
}

function sendJson(response: ServerResponse, { status, body }: { status: number; body: unknown }) {
	const text = JSON.stringify(body);
	response.writeHead(status, {
		'content-type': 'application/json; charset=utf-8',
		'content-length': String(Buffer.byteLength(text)),
		...corsHeaders(),
	});
	response.end(text);
}
