import { z } from 'zod';
import type { AccessTokenSource } from '$chat';
import { SESSION_MARK } from './session-mark';

/** A token is renewed this long before it expires, in milliseconds. */
const EARLY_MS = 60_000;

const answered = z.object({ access_token: z.string(), expires_in: z.number() });

interface Known {
	token: string;
	/** Of the session that it belongs to. */
	mark: string;
	/** When to request it again, by this machine's clock. */
	until: number;
}

/**
 * The signed-in person's access token. The session is in a cookie that scripts cannot read, so the server
 * supplies the token and renews it where needed. It is kept in memory until it is about to expire or the
 * session's mark changes: someone signed in or out in any tab.
 */
export function createAccessTokenSource(
	readMark: () => string | null = markInCookie,
	send: typeof fetch = (input, init) => fetch(input, init),
): AccessTokenSource {
	let known: Known | null = null;
	return async ({ refresh = false } = {}) => {
		const mark = readMark();
		if (mark === null) return (known = null);
		if (!refresh && known?.mark === mark && known.until > Date.now()) return known.token;
		const answer = await send('/access-token', {
			method: 'POST',
			headers: { 'content-type': 'application/json', accept: 'application/json' },
			body: JSON.stringify({ refused: refresh ? mark : null }),
			signal: AbortSignal.timeout(15_000),
		});
		known = null;
		if (answer.status === 401 || answer.status === 403) return null;
		if (!answer.ok) throw new Error(`/access-token answered ${answer.status}`);
		const { access_token: token, expires_in } = answered.parse(await answer.json());
		// Measured by the server's clock: this machine's may be hours off.
		const until = Date.now() + expires_in * 1000 - EARLY_MS;
		known = { token, mark: readMark() ?? '', until };
		return token;
	};
}

function markInCookie(): string | null {
	const start = `${SESSION_MARK}=`;
	const pair = document.cookie.split('; ').find((cookie) => cookie.startsWith(start));
	return pair?.slice(start.length) || null;
}
