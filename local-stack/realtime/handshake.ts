import { type IncomingMessage } from 'node:http';
import { type RealtimeContext } from './context';
import { type Serializer } from './wire/frames';
import { type Claims, type TokenFault, verifyToken } from './jwt';
import { findSerializer } from './wire/serializer';

/** The result of an accepted handshake, which later joins use. */
export interface Handshake {
	serializer: Serializer;
	/** The API key's JWT. */
	token: string;
	/** The `x-…` headers: policies can read them. */
	headers: Record<string, string>;
}

/** A refused handshake; the body is null where the real server sends none. */
export interface Refusal {
	status: number;
	body: { error: string } | null;
	/** Whether the response is delayed, so that the client does not try again at once. */
	late: boolean;
}

/** Accepts or refuses a WebSocket handshake by its protocol version and API key. */
export function acceptHandshake(
	request: IncomingMessage,
	context: RealtimeContext,
	openSockets: number,
): Handshake | Refusal {
	const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
	const serializer = findSerializer(searchParams.get('vsn'));
	if (!serializer) return { status: 403, body: null, late: false };

	const header = request.headers['x-api-key'];
	const key = typeof header === 'string' ? header : searchParams.get('apikey');
	if (key === null) return refuse(401, 'API key is missing');
	const verified = verifyApiKey(key, context);
	if ('error' in verified) return refuse(401, verified.error);
	if (openSockets >= context.limits.maxConcurrentUsers)
		return refuse(429, 'Too many connected users');
	if (context.joins.exceeded) return refuse(429, 'Too many joins per second');
	return { serializer, token: verified.token, headers: customHeaders(request) };
}

const handshakeErrors: Partial<Record<TokenFault, string>> = { expired: 'Token has expired' };

/** The JWT of an API key, with its claims; or the reason why the key is invalid. */
export function verifyApiKey(
	key: string,
	{ jwtSecret, resolveApiKey }: RealtimeContext,
): { token: string; claims: Claims } | { error: string } {
	let token = key;
	try {
		if (key.startsWith('sb_')) token = resolveApiKey(key);
	} catch {
		return { error: 'The token provided is not a valid JWT' };
	}
	const verified = verifyToken(token, jwtSecret);
	if (verified.fault) return { error: handshakeErrors[verified.fault] ?? verified.message };
	return { token, claims: verified.claims };
}

function refuse(status: number, error: string): Refusal {
	return { status, body: { error }, late: true };
}

function customHeaders(request: IncomingMessage): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(request.headers))
		if (name.startsWith('x-') && typeof value === 'string') headers[name] = value;
	return headers;
}
