import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { NodeWebSocket } from './node-web-socket';

/** The official client for a stack, with no session of its own; `token` makes it a user's. */
export function apiClient(apiUrl: string, key: string, token?: string): SupabaseClient {
	const client = createClient(apiUrl, key, {
		auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
		realtime: { transport: NodeWebSocket },
		...(token ? { accessToken: async () => token } : {}),
	});
	return client;
}
