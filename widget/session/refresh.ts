import { findSession, isSession, type FoundSession, type StoredSession } from './storage';

interface RefreshOptions {
	supabaseUrl: string;
	publishableKey: string;
	storageKey: string;
	/** Tells the page's own client, which listens on a channel of the same name. */
	announce(session: StoredSession): void;
}

/** Renewed only when all but expired: the page's own client begins 90 seconds earlier and mostly comes first. */
const MARGIN = 10_000;

export const isExpired = (session: StoredSession): boolean =>
	(session.expires_at ?? Infinity) * 1000 - Date.now() < MARGIN;

/**
 * Renews an expired session where the page keeps it, so that the page's own client goes on with the new one and is
 * not signed out. Runs under the lock that supabase-js clients take for the same storage key, and reads again inside.
 * Answers null when the session is over; rejects when that cannot be known now.
 */
export async function refreshSession(options: RefreshOptions): Promise<StoredSession | null> {
	const work = () => renew(options);
	// Pages without TLS have no locks.
	return 'locks' in navigator
		? navigator.locks.request(`lock:${options.storageKey}`, work)
		: work();
}

async function renew(options: RefreshOptions): Promise<StoredSession | null> {
	const before = findSession(options.storageKey);
	if (!before) return null;
	if (!isExpired(before.session)) return before.session;
	// Writing it as it is shows whether its successor could be written: only then may it be spent.
	if (!before.write(before.session)) throw new Error('The page renews its session itself');
	const fresh = await requestToken(options, before);
	const after = findSession(options.storageKey);
	// Somebody signed out, or renewed it too, while we asked: their word counts.
	if (after?.session.refresh_token !== before.session.refresh_token) return after?.session ?? null;
	if (fresh) {
		after.write(fresh);
		options.announce(fresh);
	}
	return fresh;
}

async function requestToken(
	{ supabaseUrl, publishableKey }: RefreshOptions,
	{ session }: FoundSession,
): Promise<StoredSession | null> {
	const answer = await fetch(`${supabaseUrl}/auth/v1/token?grant_type=refresh_token`, {
		method: 'POST',
		headers: { apikey: publishableKey, 'content-type': 'application/json' },
		body: JSON.stringify({ refresh_token: session.refresh_token }),
		signal: AbortSignal.timeout(15_000),
	});
	if (answer.status >= 500 || answer.status === 429) throw new Error('The session cannot be renewed now');
	if (!answer.ok) return null;
	const fresh: unknown = await answer.json();
	if (!isSession(fresh)) throw new Error('Not a session');
	const lifetime = 'expires_in' in fresh ? Number(fresh.expires_in) : NaN;
	const next = { expires_at: Math.floor(Date.now() / 1000) + (lifetime || 3600), ...fresh };
	// A page that keeps the user elsewhere gets no second copy here.
	if (!('user' in session)) delete next.user;
	return next;
}
