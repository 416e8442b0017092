import { readToken } from './tokens';
import type { FoundSession } from './choose-session';
import { isSessionOver } from './session-over';
import { isSession, storageKeyOf, type SessionOptions, type StoredSession } from './stored-session';
import { isWritable, writeSession } from './write-session';

/** Reads the session that is to be renewed; null when there is none any more. */
type Find = () => FoundSession | null;

/** How long to wait after Auth rejected a token, because the page's own client may store its successor, milliseconds. */
const LOOK_AGAIN = [0, 50, 200, 500, 1_000];

/**
 * Renews a session in the page's storage, so that the page's own client continues with the new one and is not signed out.
 * Null: Auth rejected it for good. Rejects if that cannot be known now.
 *
 * Our tabs take turns by a Web Lock. supabase-js takes none (since 2.107): it compares what is stored before and after the
 * request, as this does, and the second adopts what the first one has stored. Auth returns the same successor for a
 * refresh token that comes twice, however late, until that successor is used; then it ends the session. So the
 * refresh token is read right before it is sent, and a refused one is compared with what is stored by then.
 *
 * @param refused an access token that does not work
 */
export async function refreshSession(
	options: SessionOptions,
	find: Find,
	refused: string,
): Promise<StoredSession | null> {
	const work = () => renew(options, find, refused);
	// Pages without TLS have no locks.
	if (!('locks' in navigator)) return work();
	const signal = AbortSignal.timeout(20_000);
	return navigator.locks.request(`support-chat:${storageKeyOf(options)}`, { signal }, work);
}

async function renew(
	options: SessionOptions,
	find: Find,
	refused: string,
): Promise<StoredSession | null> {
	const before = find();
	// Another tab or the page has renewed it, or another user has signed in.
	if (before?.session.access_token !== refused) return before?.session ?? null;
	// A refresh token may be spent only if its successor can be kept.
	if (!isWritable(before)) throw new Error('The page has to renew its session itself');
	const spent = before.session.refresh_token;
	const fresh = await requestSession(options, before);
	const after = fresh ? find() : await findSuccessor(find, spent);
	if (after?.session.refresh_token !== spent) return after?.session ?? null;
	if (!fresh) return null;
	writeSession(storageKeyOf(options), after, fresh);
	announce(storageKeyOf(options), fresh);
	return fresh;
}

/** The stored session once it differs from the refused one, or at the time limit. */
async function findSuccessor(find: Find, spent: string): Promise<FoundSession | null> {
	let found: FoundSession | null = null;
	for (const wait of LOOK_AGAIN) {
		await new Promise((resolve) => setTimeout(resolve, wait));
		found = find();
		if (found?.session.refresh_token !== spent) break;
	}
	return found;
}

async function requestSession(
	{ supabaseUrl, publishableKey }: SessionOptions,
	{ session }: FoundSession,
): Promise<StoredSession | null> {
	const answer = await fetch(`${supabaseUrl}/auth/v1/token?grant_type=refresh_token`, {
		method: 'POST',
		headers: { apikey: publishableKey, 'content-type': 'application/json' },
		body: JSON.stringify({ refresh_token: session.refresh_token }),
		signal: AbortSignal.timeout(15_000),
	});
	if (!answer.ok) {
		if (answer.status < 500 && isSessionOver(await answer.text())) return null;
		throw new Error(`HTTP ${answer.status}`);
	}
	const fresh: unknown = await answer.json();
	const token = isSession(fresh) ? readToken(fresh.access_token) : null;
	if (!isSession(fresh) || !token) throw new Error('Not a session');
	// supabase-js needs it, and older servers omit it.
	fresh.expires_at ??= Math.floor(token.expiresAt / 1000);
	// A page that stores the user elsewhere gets no second copy here.
	if (!('user' in session)) delete fresh.user;
	return fresh;
}

/** Notifies the page's own client, which listens on a channel named like its storage key. */
function announce(key: string, session: StoredSession): void {
	const channel = new BroadcastChannel(key);
	channel.postMessage({ event: 'TOKEN_REFRESHED', session });
	channel.close();
}
