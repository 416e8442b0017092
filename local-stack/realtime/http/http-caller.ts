import { type IncomingMessage } from 'node:http';
import { type Caller } from '../database/authorization';
import { type RealtimeContext } from '../context';
import { verifyApiKey } from '../handshake';

/** The caller of an HTTP request, by its bearer token or else its API key; undefined if neither is valid. */
export function findHttpCaller(
	request: IncomingMessage,
	context: RealtimeContext,
): Omit<Caller, 'topic'> | undefined {
	const token = bearerToken(request.headers.authorization) ?? apiKey(request);
	if (token === undefined) return undefined;
	const verified = verifyApiKey(token, context);
	if ('error' in verified) return undefined;
	return { claims: verified.claims, headers: allHeaders(request) };
}

function bearerToken(authorization: string | undefined): string | undefined {
	return /^bearer (\S+)$/i.exec(authorization ?? '')?.[1];
}

function apiKey(request: IncomingMessage): string | undefined {
	const { apikey } = request.headers;
	return typeof apikey === 'string' ? apikey : undefined;
}

function allHeaders(request: IncomingMessage): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(request.headers))
		if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
	return headers;
}
