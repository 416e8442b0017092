import type { PanelContext } from '../panel-context';
import type { HostClient } from '../types';
import { isExpired, storageKeyOf, type StoredSession } from './stored-session';

/**
 * The token, or null when nobody is signed in. Rejects when a session is there but cannot be renewed right now. With
 * `refresh`, the former token was refused or is about to expire.
 */
export type TokenSource = (options?: { refresh?: boolean }) => Promise<string | null>;

/** How often a visible page is looked at for a session that changed without any event, such as a cookie. */
const LOOK_AGAIN = 2_000;

/** Where the customer's access token comes from; `changed` is called when it may be another. Ends with `signal`. */
export function createTokenSource(context: PanelContext, changed: () => void): TokenSource {
	const { options, signal, watchSession } = context;
	const { client, accessToken } = options;
	if (!client && !accessToken) {
		watchStorage(context, changed);
		return storedToken(context);
	}
	watchSession(options, changed, signal);
	return client ? clientToken(client) : async () => (await accessToken?.()) ?? null;
}

function clientToken({ auth }: HostClient): TokenSource {
	return async ({ refresh } = {}) => {
		const { data, error } = await (refresh ? auth.refreshSession() : auth.getSession());
		// supabase-js's sign for a network that failed: the session is not over.
		if (!data.session && error instanceof Error && error.name === 'AuthRetryableFetchError') {
			throw error;
		}
		return data.session?.access_token ?? null;
	};
}

function watchStorage(
	{ options, signal, watchSession, findSession }: PanelContext,
	changed: () => void,
): void {
	const read = () => findSession(storageKeyOf(options))?.session.access_token;
	let known = read();
	const look = () => {
		const now = read();
		if (now === known) return;
		known = now;
		changed();
	};
	watchSession(options, look, signal);
	const timer = setInterval(() => document.hidden || look(), LOOK_AGAIN);
	signal.addEventListener('abort', () => clearInterval(timer));
}

function storedToken({ options, findSession }: PanelContext): TokenSource {
	let ended = '';
	let renewing: Promise<string | null> | null = null;
	const renew = async (old: StoredSession) => {
		// Mostly the page's own client does it first.
		const { refreshSession } = await import('./refresh');
		const session = await refreshSession(options, findSession, old.access_token);
		if (!session) ended = old.refresh_token;
		return session?.access_token ?? null;
	};
	return async ({ refresh } = {}) => {
		const session = findSession(storageKeyOf(options))?.session;
		if (!session || session.refresh_token === ended) return null;
		if (!refresh && !isExpired(session)) return session.access_token;
		return (renewing ??= renew(session).finally(() => (renewing = null)));
	};
}
