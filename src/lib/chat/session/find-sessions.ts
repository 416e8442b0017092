import { attempt } from '../environment';
import { BASE64 } from './stored-session';

/** The page's stored value under the key of a session. */
export interface StoredText {
	/** JSON, if it is a session. */
	text: string;
	/** The cookies that contain it; null if it is in localStorage. */
	cookies: Map<string, string> | null;
}

/**
 * The values under `key` in localStorage and in the cookies of @supabase/ssr; `chooseSession` decides which one
 * counts.
 */
export function findSessions(key: string): StoredText[] {
	return [localEntry, sessionCookies].flatMap(
		(read) =>
			// The page may not use storage, or has something else there.
			attempt(() => {
				const { text: raw, cookies } = read(key);
				const text = raw.startsWith(BASE64) ? decode(raw.slice(7)) : raw;
				return text ? { text, cookies } : [];
			}) ?? [],
	);
}

const localEntry = (key: string): StoredText => ({
	text: localStorage.getItem(key) ?? '',
	cookies: null,
});

/** The cookie `key`, or else its chunks `key.0`, `key.1`, … in their order. */
function sessionCookies(key: string): StoredText {
	const cookies = new Map<string, string>();
	for (let chunk = -1; ; chunk++) {
		const name = chunk < 0 ? key : `${key}.${chunk}`;
		const pair = document.cookie.split('; ').find((cookie) => cookie.startsWith(`${name}=`));
		if (pair) cookies.set(name, decodeURIComponent(pair.slice(name.length + 1)));
		if (chunk < 0 ? pair : !pair) return { text: [...cookies.values()].join(''), cookies };
	}
}

function decode(base64url: string): string {
	const bytes = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
	return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}
