import { findSessions } from '$chat/session/find-sessions';
import { storageKeyOf } from '$chat/session/stored-session';
import type { SupportChatOptions } from '../types';

/**
 * The present token, without renewing it or choosing between sessions: of the page's client, else of its callback, else of
 * the session that supabase-js stores in the page. Undefined if two sessions are found there.
 */
export async function peekToken(options: SupportChatOptions): Promise<string | null | undefined> {
	if (options.client) {
		return (await options.client.auth.getSession()).data.session?.access_token ?? null;
	}
	if (options.accessToken) return options.accessToken();
	const [found, rival] = findSessions(storageKeyOf(options));
	if (rival) return;
	return /"access_token":"([^"]+)/.exec(`${found?.text}`)?.[1] ?? null;
}

/** Calls when the user may have changed, in this tab or another, and when the page wakes. */
export function watchSession(
	options: SupportChatOptions,
	changed: () => void,
	signal: AbortSignal,
): void {
	let stop: (() => void) | undefined;
	if (options.client) {
		// A renewed token is of the same user; reading it again would renew it again if this machine's clock is wrong.
		const { data } = options.client.auth.onAuthStateChange(
			(event) => event === 'TOKEN_REFRESHED' || changed(),
		);
		stop = () => data.subscription.unsubscribe();
	} else if (!options.accessToken) {
		// supabase-js notifies every context of the origin on a channel named like the key, this page included.
		const channel = new BroadcastChannel(storageKeyOf(options));
		channel.onmessage = () => setTimeout(changed);
		stop = () => channel.close();
	}
	for (const event of ['storage', 'visibilitychange', 'online']) {
		addEventListener(event, changed, { signal });
	}
	signal.addEventListener('abort', () => stop?.());
}
