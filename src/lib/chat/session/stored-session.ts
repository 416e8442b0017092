/** The session as supabase-js stores it: the response of `/auth/v1/token`, as JSON. */
export interface StoredSession {
	access_token: string;
	refresh_token: string;
	/** Seconds since 1970. */
	expires_at?: number;
	user?: unknown;
}

/** Marks what @supabase/ssr encodes. */
export const BASE64 = 'base64-';

/** Which project a session belongs to, and where the page's client keeps it. */
export interface SessionOptions {
	supabaseUrl: string;
	publishableKey: string;
	storageKey?: string | undefined;
}

/** Where supabase-js keeps the session of this project: `sb-<first label of the host>-auth-token`. */
export const storageKeyOf = ({ storageKey, supabaseUrl }: SessionOptions): string =>
	storageKey ?? `sb-${/\/\/([^.:/]+)/.exec(supabaseUrl)?.[1] ?? ''}-auth-token`;

export const isSession = (value: unknown): value is StoredSession =>
	['access_token', 'refresh_token'].every(
		(name) => typeof Reflect.get(Object(value), name) === 'string',
	);

/** In localStorage while two places hold a session: which one does not count (see `chooseSession`). */
export const PASSED_OVER = 'support-chat:passed-over';
