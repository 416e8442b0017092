import { createBrowserClient } from '@supabase/ssr';
import type { AccessTokenSource } from '$lib/chat';
import type { Config } from '$lib/server/config';

/**
 * The signed-in person's access token, from the cookies that the server reads too. supabase-js renews it and
 * agrees with other tabs on who does; both sides thus always have the same session.
 */
export function createAccessTokenSource(config: Config): AccessTokenSource {
	const auth = () =>
		createBrowserClient(config.supabaseUrl, config.publishableKey, {
			cookieOptions: { secure: location.protocol === 'https:', sameSite: 'lax', path: '/' },
		}).auth;
	return async (options) => {
		const { data } = options?.refresh ? await auth().refreshSession() : await auth().getSession();
		return data.session?.access_token ?? null;
	};
}
