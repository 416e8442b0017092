import { createHmac } from 'node:crypto';
import { inject } from 'vitest';

/** An answer of the API: its status, and its body as JSON (null when empty). */
export interface Answer {
	status: number;
	body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- bodies are looked at, not trusted
}

/** Calls the REST API with the token; signed out without one. */
export async function rest(
	path: string,
	options: { token?: string; method?: string; body?: string | object; headers?: object } = {},
): Promise<Answer> {
	const { apiUrl, publishableKey } = inject('stack');
	const { token, body, headers } = options;
	const response = await fetch(`${apiUrl}/rest/v1/${path}`, {
		method: options.method ?? (body === undefined ? 'GET' : 'POST'),
		headers: {
			apikey: publishableKey,
			'content-type': 'application/json',
			...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
			...headers,
		},
		...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
	});
	const text = await response.text();
	return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** Calls a function of the API; the body may be JSON text that no serializer would write. */
export const call = (token: string | undefined, name: string, body: string | object = {}) =>
	rest(`rpc/${name}`, { body, ...(token === undefined ? {} : { token }) });

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A token with these claims, signed with the project's secret unless told otherwise. */
export function signToken(
	claims: Record<string, unknown>,
	{ secret = inject('stack').jwtSecret, alg = 'HS256' } = {},
): string {
	const unsigned = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
	if (alg === 'none') return `${unsigned}.`;
	return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

export function claimsOf(token: string): Record<string, unknown> {
	return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<
		string,
		unknown
	>;
}
