import {
	createClient,
	type SupabaseClient,
	type WebSocketLikeConstructor,
} from '@supabase/supabase-js';
import WebSocket from 'ws';

/**
 * `ws` as the transport that supabase-js asks for: Node 20 has no WebSocket of its own. The two describe the same
 * events, one by its own types and one by the DOM's, so the compiler has to be told.
 */
export const NodeWebSocket = WebSocket as unknown as WebSocketLikeConstructor;

/** The official client for a stack, with no session of its own; `token` makes it a user's. */
export function apiClient(apiUrl: string, key: string, token?: string): SupabaseClient {
	const client = createClient(apiUrl, key, {
		auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
		realtime: { transport: NodeWebSocket },
		...(token ? { accessToken: async () => token } : {}),
	});
	return client;
}
