import { createServerClient } from '@supabase/ssr';
import { isAuthRetryableFetchError, type SupabaseClient } from '@supabase/supabase-js';
import type { RequestEvent } from '@sveltejs/kit';
import type { Database } from '../database.types';
import type { Config } from './config';
import { NoSocket } from './no-socket';

export type { Config } from './config';

/** A signed-in person, as their verified token names them. */
export interface User {
	id: string;
	email: string;
}

/** A member of the support team. */
export interface Agent {
	user_id: string;
	display_name: string;
	role: 'agent' | 'admin';
}

/** A Supabase client made from the cookies of one request: it can do what that person can, no more. */
export function createRequestClient(event: RequestEvent, config: Config): SupabaseClient<Database> {
	return createServerClient<Database>(config.supabaseUrl, config.publishableKey, {
		cookieOptions: { secure: event.url.protocol === 'https:', sameSite: 'lax', path: '/' },
		cookies: {
			getAll: () => event.cookies.getAll(),
			setAll: (cookies, headers) => {
				for (const { name, value, options } of cookies)
					event.cookies.set(name, value, { ...options, path: '/' });
				event.setHeaders(headers);
			},
		},
		realtime: { transport: NoSocket },
	});
}

/**
 * Who makes this request. The token is verified (`getClaims`); the session object in the cookie is not
 * evidence of anything, so it is never looked at.
 * @throws when Supabase cannot be reached
 */
export async function readUser(supabase: SupabaseClient<Database>): Promise<User | null> {
	const { data, error } = await supabase.auth.getClaims();
	// A network that failed says nothing about the session: nobody is sent to sign in again for it.
	if (isAuthRetryableFetchError(error)) throw error;
	if (!data || data.claims.role !== 'authenticated') return null;
	return { id: data.claims.sub, email: data.claims.email ?? '' };
}

/** The person's row in the support team, or null. Read anew for each request, so that removal works at once. */
export async function readAgent(
	supabase: SupabaseClient<Database>,
	userId: string,
): Promise<Agent | null> {
	const { data, error } = await supabase
		.from('support_agents')
		.select('user_id, display_name, role')
		.eq('user_id', userId)
		.maybeSingle();
	if (error) throw new Error(`Could not read the support team: ${error.message}`);
	return data;
}
