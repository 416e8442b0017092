/** The session as supabase-js stores it: the answer of `/auth/v1/token`, as JSON. */
export interface StoredSession {
	access_token: string;
	refresh_token: string;
	/** Seconds since 1970. */
	expires_at?: number;
	user?: unknown;
}

/** Marks what @supabase/ssr encodes. */
export const BASE64 = 'base64-';

/** Where supabase-js keeps the session of this project: `sb-<first label of the host>-auth-token`. */
export const storageKeyOf = (options: {
	supabaseUrl: string;
	storageKey?: string | undefined;
}): string =>
	options.storageKey ?? `sb-${/\/\/([^.:/]+)/.exec(options.supabaseUrl)?.[1] ?? ''}-auth-token`;

/** Renewed only when all but expired: the page's own client begins 90 seconds earlier and mostly comes first. */
export const isExpired = ({ expires_at = Infinity }: StoredSession): boolean =>
	expires_at * 1000 - Date.now() < 10_000;
