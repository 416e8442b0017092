import type { FoundSession } from './choose-session';
import { BASE64, type StoredSession } from './stored-session';

/** Longest cookie value that @supabase/ssr writes before it begins another chunk. */
const CHUNK = 3180;

/**
 * Could a successor of this session be put in its place? Cookies of another domain or path cannot be overwritten from
 * here: writing one again as it is then shows it twice, and is taken back.
 */
export function isWritable({ cookies }: FoundSession): boolean {
	return [...(cookies ?? [])].every(([name, value]) => {
		setCookie(name, value);
		const same = document.cookie.split('; ').filter((pair) => pair.startsWith(`${name}=`));
		if (same.length < 2) return true;
		setCookie(name, '', 0);
		return false;
	});
}

/** Puts the successor of `old` where that was, in the form that the page's own client reads. */
export function writeSession(key: string, old: FoundSession, session: StoredSession): void {
	const text = JSON.stringify(session);
	if (!old.cookies) {
		localStorage.setItem(key, text);
		return;
	}
	const chunks = (BASE64 + encode(text)).match(new RegExp(`.{1,${CHUNK}}`, 'g')) ?? [];
	const names = chunks.map((_, index) => (chunks.length > 1 ? `${key}.${index}` : key));
	names.forEach((name, index) => setCookie(name, chunks[index] ?? ''));
	for (const name of old.cookies.keys()) if (!names.includes(name)) setCookie(name, '', 0);
}

/** As @supabase/ssr does: for the whole site, 400 days. */
function setCookie(name: string, value: string, maxAge = 34_560_000): void {
	const secure = location.protocol === 'https:' ? '; secure' : '';
	document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${maxAge}; samesite=lax${secure}`;
}

function encode(text: string): string {
	const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
	return btoa(bytes.join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
