/** The session as supabase-js stores it: the answer of `/auth/v1/token`, as JSON. */
export interface StoredSession {
	access_token: string;
	refresh_token: string;
	/** Seconds since 1970. */
	expires_at?: number;
	user?: unknown;
}

/** A session found in the page, and how to put its successor into the same place. */
export interface FoundSession {
	/** As it lies there: two reads that are equal hold the same session. */
	raw: string;
	session: StoredSession;
	/** False when the place cannot be written without leaving a second, contradicting copy. */
	write(session: StoredSession): boolean;
}

/** Longest cookie value that @supabase/ssr writes before it begins another chunk. */
const CHUNK = 3180;
const BASE64 = 'base64-';

/** Where supabase-js keeps the session of this project: `sb-<first label of the host>-auth-token`. */
export const storageKeyOf = (supabaseUrl: string): string =>
	`sb-${new URL(supabaseUrl).hostname.split('.')[0] ?? ''}-auth-token`;

/** The session under `key` in localStorage, or in the cookies of @supabase/ssr; null when there is none to read. */
export function findSession(key: string): FoundSession | null {
	return fromLocalStorage(key) ?? fromCookies(key);
}

function fromLocalStorage(key: string): FoundSession | null {
	try {
		const raw = localStorage.getItem(key);
		const session = parse(raw);
		if (!raw || !session) return null;
		return {
			raw,
			session,
			write(next) {
				localStorage.setItem(key, JSON.stringify(next));
				return true;
			},
		};
	} catch {
		return null; // The page may not use storage at all.
	}
}

function fromCookies(key: string): FoundSession | null {
	try {
		const names = cookieNames(key);
		const values = readCookies();
		const raw = names.map((name) => values.get(name) ?? '').join('');
		const session = parse(raw);
		return session && { raw, session, write: (next) => writeCookies(key, names, values, next) };
	} catch {
		return null;
	}
}

/** The cookies that together hold the session: the key itself, or `key.0`, `key.1`, … */
function cookieNames(key: string): string[] {
	const values = readCookies();
	if (values.has(key)) return [key];
	const names = [];
	while (values.has(`${key}.${names.length}`)) names.push(`${key}.${names.length}`);
	return names;
}

function readCookies(): Map<string, string> {
	return new Map(
		document.cookie.split('; ').map((pair) => {
			const at = pair.indexOf('=');
			return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))];
		}),
	);
}

function writeCookies(
	key: string,
	names: string[],
	values: Map<string, string>,
	session: StoredSession,
): boolean {
	// Cookies of another domain or path cannot be overwritten from here: writing one again as it is would show it
	// twice. Then the session must be left to its owner, because renewing it would sign the page out.
	const [first = key] = names;
	setCookie(first, values.get(first) ?? '');
	if (document.cookie.split('; ').filter((pair) => pair.startsWith(`${first}=`)).length > 1) {
		setCookie(first, '', 0);
		return false;
	}
	const text = BASE64 + encode(JSON.stringify(session));
	const chunks = text.match(new RegExp(`.{1,${CHUNK}}`, 'g')) ?? [];
	const fresh = chunks.map((_, index) => (chunks.length > 1 ? `${key}.${index}` : key));
	fresh.forEach((name, index) => setCookie(name, chunks[index] ?? ''));
	for (const name of names) if (!fresh.includes(name)) setCookie(name, '', 0);
	return true;
}

function setCookie(name: string, value: string, maxAge = 34_560_000): void {
	const secure = location.protocol === 'https:' ? '; secure' : '';
	document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${maxAge}; samesite=lax${secure}`;
}

function parse(raw: string | null): StoredSession | null {
	if (!raw) return null;
	const value: unknown = JSON.parse(raw.startsWith(BASE64) ? decode(raw.slice(BASE64.length)) : raw);
	return isSession(value) ? value : null;
}

export function isSession(value: unknown): value is StoredSession {
	return (
		typeof value === 'object' &&
		value !== null &&
		'access_token' in value &&
		typeof value.access_token === 'string' &&
		'refresh_token' in value &&
		typeof value.refresh_token === 'string'
	);
}

function decode(base64url: string): string {
	const bytes = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
	return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

function encode(text: string): string {
	const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
	return btoa(bytes.join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
