import {
	createClient,
	type SupabaseClient,
	type WebSocketLikeConstructor,
} from '@supabase/supabase-js';
import WebSocket from 'ws';

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
