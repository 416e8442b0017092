import { attempt } from '../environment';
import { readToken } from './tokens';
import type { StoredText } from './find-sessions';
import { isSession, PASSED_OVER, type StoredSession } from './stored-session';

/** The session that is used. */
export interface FoundSession {
	session: StoredSession;
	/** The cookies that contain it; null if it is in localStorage. */
	cookies: StoredText['cookies'];
	/** Its access token is expired by this machine's clock, which may be wrong. */
	isExpired: boolean;
}

/** A fingerprint that identifies a token without revealing it. */
const markOf = ({ session }: { session: StoredSession }): string => session.access_token.slice(-20);

/**
 * Chooses between a page's sessions: the one that is not expired, of two the newer.
 *
 * @param ended refresh tokens that Auth refused
 */
export function chooseSession(
	found: readonly StoredText[],
	ended: ReadonlySet<string>,
	now: number,
): [FoundSession?, FoundSession?] {
	const usable = found.flatMap(({ text, cookies }) => {
		const session = attempt((): unknown => JSON.parse(text));
		const token = isSession(session) ? readToken(session.access_token) : null;
		if (!isSession(session) || !token || ended.has(session.refresh_token)) return [];
		return { session, cookies, isExpired: token.expiresAt <= now, token };
	});
	usable.sort(
		(a, b) =>
			Number(a.isExpired) - Number(b.isExpired) ||
			b.token.issuedAt - a.token.issuedAt ||
			b.token.expiresAt - a.token.expiresAt,
	);
	const [first, second] = usable;
	return first ? (second ? [first, second] : [first]) : [];
}

/**
 * A page that moved from localStorage to cookies may still have a former user's session in the old place. While both are
 * there, the one that does not count is remembered as passed over. It stays unused after the page has signed out, too,
 * until Auth refuses the one that counted: then that was the leftover.
 */
export function withoutLeftover([first, second]: [
	FoundSession?,
	FoundSession?,
]): FoundSession | null {
	const mark = attempt(() => localStorage.getItem(PASSED_OVER));
	if (second) {
		const leftover = markOf(second);
		if (mark !== leftover) attempt(() => localStorage.setItem(PASSED_OVER, leftover));
	} else if (mark !== null) {
		if (first && markOf(first) === mark) return null;
		forgetLeftover();
	}
	return first ?? null;
}

/** The chosen session has ended, so the other one may be the user's. */
export const forgetLeftover = (): void => void attempt(() => localStorage.removeItem(PASSED_OVER));
