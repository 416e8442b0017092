import type { HostClient, SessionSource, SupportChatOptions } from '../types';
import { isExpired, refreshSession } from './refresh';
import { findSession, storageKeyOf } from './storage';

/** How often a visible page is looked at for a session that changed without any event, such as a cookie. */
const LOOK_AGAIN = 2_000;

/**
 * Finds out who is signed in: the page's client, else its callback, else what supabase-js keeps in the page's storage.
 * Everything stops when `signal` aborts.
 */
export function createSessionSource(options: SupportChatOptions, signal: AbortSignal): SessionSource {
	const listeners = new Set<() => void>();
	const changed = () => listeners.forEach((listener) => listener());
	const token = options.client
		? watchClient(options.client, changed, signal)
		: options.accessToken
			? watchCallback(options.accessToken, changed, signal)
			: watchStorage(options, changed, signal);
	return {
		token,
		onChange(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

type Token = () => Promise<string | null>;

function watchClient({ auth }: HostClient, changed: () => void, signal: AbortSignal): Token {
	const { data } = auth.onAuthStateChange(changed);
	signal.addEventListener('abort', () => data.subscription.unsubscribe());
	return async () => {
		const { data: found, error } = await auth.getSession();
		if (!found.session && isPassing(error)) throw new Error('The session cannot be renewed now');
		return found.session?.access_token ?? null;
	};
}

/** supabase-js's sign for a network that failed: the session is not over. */
const isPassing = (error: unknown): boolean =>
	error instanceof Error && error.name === 'AuthRetryableFetchError';

function watchCallback(token: Token, changed: () => void, signal: AbortSignal): Token {
	onWake(changed, signal);
	return async () => (await token()) ?? null;
}

function watchStorage(options: SupportChatOptions, changed: () => void, signal: AbortSignal): Token {
	const storageKey = options.storageKey ?? storageKeyOf(options.supabaseUrl);
	const read = () => findSession(storageKey)?.raw ?? '';
	let known = read();
	const look = () => {
		const now = read();
		if (now === known) return;
		known = now;
		changed();
	};
	// supabase-js tells every context of the origin on a channel named like the key, this page included.
	const channel = 'BroadcastChannel' in window ? new BroadcastChannel(storageKey) : null;
	channel?.addEventListener('message', () => setTimeout(look), { signal });
	addEventListener('storage', look, { signal });
	onWake(look, signal);
	const timer = setInterval(() => document.hidden || look(), LOOK_AGAIN);
	signal.addEventListener('abort', () => {
		clearInterval(timer);
		channel?.close();
	});

	let ended = '';
	let renewing: Promise<string | null> | null = null;
	const renew = async (refreshToken: string) => {
		const session = await refreshSession({
			...options,
			storageKey,
			announce: (fresh) => channel?.postMessage({ event: 'TOKEN_REFRESHED', session: fresh }),
		}).finally(() => (renewing = null));
		if (!session) ended = refreshToken;
		known = read();
		return session?.access_token ?? null;
	};
	return async () => {
		const session = findSession(storageKey)?.session;
		if (!session || session.refresh_token === ended) return null;
		if (!isExpired(session)) return session.access_token;
		return (renewing ??= renew(session.refresh_token));
	};
}

/** Calls when the page comes back into sight or from the back-forward cache. */
export function onWake(listener: () => void, signal: AbortSignal): void {
	document.addEventListener('visibilitychange', () => document.hidden || listener(), { signal });
	addEventListener('pageshow', (event) => event.persisted && listener(), { signal });
	addEventListener('online', listener, { signal });
}
