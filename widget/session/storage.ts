import { BASE64, type StoredSession } from './stored-session';

/** A session found in the page. */
export interface FoundSession {
	session: StoredSession;
	/** The cookies that hold it together; null when it lies in localStorage. */
	cookies: Map<string, string> | null;
}

/** The session under `key` in localStorage, or in the cookies of @supabase/ssr; null when there is none to read. */
export function findSession(key: string): FoundSession | null {
	try {
		const stored = localStorage.getItem(key);
		if (stored) return found(stored, null);
	} catch {
		// The page may not use storage, or has something else there: there may still be cookies.
	}
	try {
		const cookies = sessionCookies(key);
		return found([...cookies.values()].join(''), cookies);
	} catch {
		return null;
	}
}

function found(raw: string, cookies: FoundSession['cookies']): FoundSession | null {
	const text = raw.startsWith(BASE64) ? decode(raw.slice(BASE64.length)) : raw;
	const session: unknown = JSON.parse(text);
	return isSession(session) ? { session, cookies } : null;
}

/** The cookie `key`, or else its chunks `key.0`, `key.1`, … in their order. */
function sessionCookies(key: string): Map<string, string> {
	const parts = new Map<string, string>();
	for (let chunk = -1; ; chunk++) {
		const name = chunk < 0 ? key : `${key}.${chunk}`;
		const pair = document.cookie.split('; ').find((cookie) => cookie.startsWith(`${name}=`));
		if (pair) parts.set(name, decodeURIComponent(pair.slice(name.length + 1)));
		if (chunk < 0 ? pair : !pair) return parts;
	}
}

export const isSession = (value: unknown): value is StoredSession =>
	['access_token', 'refresh_token'].every(
		(name) => typeof Reflect.get(Object(value), name) === 'string',
	);

function decode(base64url: string): string {
	const bytes = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
	return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}
