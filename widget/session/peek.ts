import type { SupportChatOptions } from '../types';
import { findSession } from './storage';
import { isExpired, storageKeyOf } from './stored-session';

/**
 * Who is signed in, as far as it can be told without renewing anything: the page's client, else its callback, else what
 * supabase-js keeps in the page's storage. Null is nobody; undefined is a stored session whose time is over.
 */
export async function peekToken(options: SupportChatOptions): Promise<string | null | undefined> {
	if (options.client) {
		return (await options.client.auth.getSession()).data.session?.access_token ?? null;
	}
	if (options.accessToken) return options.accessToken();
	const session = findSession(storageKeyOf(options))?.session;
	if (!session) return null;
	return isExpired(session) ? undefined : session.access_token;
}

/** Calls when somebody may have signed in or out, in this tab or another, and when the page wakes. */
export function watchSession(
	options: SupportChatOptions,
	changed: () => void,
	signal: AbortSignal,
): void {
	let stop: (() => void) | null = null;
	if (options.client) {
		const { data } = options.client.auth.onAuthStateChange(changed);
		stop = () => data.subscription.unsubscribe();
	} else if (!options.accessToken) {
		// supabase-js tells every context of the origin on a channel named like the key, this page included.
		const channel = new BroadcastChannel(storageKeyOf(options));
		channel.onmessage = () => setTimeout(changed);
		stop = () => channel.close();
	}
	for (const event of ['storage', 'visibilitychange', 'online']) {
		addEventListener(event, changed, { signal });
	}
	signal.addEventListener('abort', () => stop?.());
}
