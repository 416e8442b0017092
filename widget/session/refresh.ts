import type { SupportChatOptions } from '../types';
import { isSession, type FoundSession } from './storage';
import { isExpired, storageKeyOf, type StoredSession } from './stored-session';
import { isWritable, writeSession } from './write';

type FindSession = (key: string) => FoundSession | null;

/**
 * Renews an expired session where the page keeps it, so that the page's own client goes on with the new one and is
 * not signed out. Runs under the lock that supabase-js clients take for the same storage key, and reads again inside.
 * Answers null when the session is over; rejects when that cannot be known now. `refused` is an access token that is
 * of no use although its time is not over. `find` is the loader's, which has it already.
 */
export async function refreshSession(
	options: SupportChatOptions,
	find: FindSession,
	refused?: string,
): Promise<StoredSession | null> {
	const key = storageKeyOf(options);
	const work = () => renew(options, find, key, refused);
	// Pages without TLS have no locks.
	return 'locks' in navigator ? navigator.locks.request(`lock:${key}`, work) : work();
}

async function renew(
	options: SupportChatOptions,
	find: FindSession,
	key: string,
	refused?: string,
): Promise<StoredSession | null> {
	const before = find(key);
	if (!before) return null;
	const { access_token: token, refresh_token: spent } = before.session;
	if (token !== refused && !isExpired(before.session)) return before.session;
	// A refresh token may be spent only if its successor can be kept.
	if (!isWritable(before)) throw new Error('The page has to renew its session itself');
	const fresh = await requestSession(options, before);
	const after = find(key);
	// Somebody signed out, or renewed it too, while we asked: their word counts.
	if (after?.session.refresh_token !== spent) return after?.session ?? null;
	if (fresh) {
		writeSession(key, after, fresh);
		announce(key, fresh);
	}
	return fresh;
}

async function requestSession(
	{ supabaseUrl, publishableKey }: SupportChatOptions,
	{ session }: FoundSession,
): Promise<StoredSession | null> {
	const answer = await fetch(`${supabaseUrl}/auth/v1/token?grant_type=refresh_token`, {
		method: 'POST',
		headers: { apikey: publishableKey, 'content-type': 'application/json' },
		body: JSON.stringify({ refresh_token: session.refresh_token }),
		signal: AbortSignal.timeout(15_000),
	});
	if (answer.status >= 500 || answer.status === 429) throw new Error(`HTTP ${answer.status}`);
	if (!answer.ok) return null;
	const fresh: unknown = await answer.json();
	if (!isSession(fresh)) throw new Error('Not a session');
	const lifetime = 'expires_in' in fresh ? Number(fresh.expires_in) : 0;
	const next = { expires_at: Math.floor(Date.now() / 1000) + (lifetime || 3600), ...fresh };
	// A page that keeps the user elsewhere gets no second copy here.
	if (!('user' in session)) delete next.user;
	return next;
}

/** Tells the page's own client, which listens on a channel named like its storage key. */
function announce(key: string, session: StoredSession): void {
	const channel = new BroadcastChannel(key);
	channel.postMessage({ event: 'TOKEN_REFRESHED', session });
	channel.close();
}
