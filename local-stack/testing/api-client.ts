import {
	createClient,
	type SupabaseClient,
	type WebSocketLikeConstructor,
} from '@supabase/supabase-js';
import WebSocket from 'ws';
import type { Project } from './people';

/**
 * `ws` as the transport for supabase-js, because Node 20 has no WebSocket. The two have the same events, but with
 * different types, so a cast is needed.
 */
export const NodeWebSocket = WebSocket as unknown as WebSocketLikeConstructor;

/** The official client for a stack, without a stored session; `token` makes it a user's. */
export function apiClient(apiUrl: string, key: string, token?: string): SupabaseClient {
	const client = createClient(apiUrl, key, {
		auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
		realtime: { transport: NodeWebSocket },
		...(token ? { accessToken: async () => token } : {}),
	});
	return client;
}

/** Calls a database function over REST; a caller without a token is signed out. */
export async function rpc(
	{ apiUrl, publishableKey }: Project,
	accessToken: string | null,
	name: string,
	parameters: object = {},
): Promise<{ status: number; body: unknown }> {
	const answer = await fetch(`${apiUrl}/rest/v1/rpc/${name}`, {
		method: 'POST',
		headers: {
			apikey: publishableKey,
			...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
			'content-type': 'application/json',
		},
		body: JSON.stringify(parameters),
	});
	const text = await answer.text();
	return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}

/** As `rpc`, for a call that must succeed; returns the answer. */
export async function mustCall(
	project: Project,
	{ accessToken }: { accessToken: string },
	name: string,
	parameters: object = {},
): Promise<unknown> {
	const { status, body } = await rpc(project, accessToken, name, parameters);
	if (status >= 300) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
	return body;
}
