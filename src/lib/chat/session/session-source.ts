import type { AccessTokenSource } from './tokens';
import {
	chooseSession,
	forgetLeftover,
	withoutLeftover,
	type FoundSession,
} from './choose-session';
import type { findSessions } from './find-sessions';
import { storageKeyOf, type SessionOptions } from './stored-session';

/** How often a visible page is checked for a session that changed without any event, such as a cookie, milliseconds. */
const CHECK_EVERY = 2_000;

export interface StoredSessions {
	/** The stored token: the caller, who knows the server's time, decides when to renew it. */
	readonly source: AccessTokenSource;
	/** Calls back when another token is stored than before, or none, until `signal` aborts. */
	watch(changed: () => void, signal: AbortSignal): () => void;
}

/**
 * The access token of the session that the page's own supabase-js stores.
 */
export function storedSessions(options: SessionOptions, find: typeof findSessions): StoredSessions {
	const key = storageKeyOf(options);
	/** Refresh tokens that Auth refused. */
	const ended = new Set<string>();
	/** One request at a time for each session. */
	const renewing = new Map<string, Promise<string | null>>();
	const choose = () => chooseSession(find(key), ended, Date.now());
	const current = () => withoutLeftover(choose());

	async function renew({ session }: FoundSession): Promise<string | null> {
		// Usually the page's own client renews it first.
		const { refreshSession } = await import('./refresh');
		const renewed = await refreshSession(options, current, session.access_token);
		if (renewed) return renewed.access_token;
		ended.add(session.refresh_token);
		forgetLeftover();
		// The session of the other place, if there is one.
		return token({ refresh: current()?.isExpired ?? false });
	}

	async function token({ refresh = false } = {}): Promise<string | null> {
		const found = current();
		if (!found) return null;
		// Show nothing of one user until it is certain that the session is not the other one's.
		const isUnsure = found.isExpired && choose().length > 1;
		if (!refresh && !isUnsure) return found.session.access_token;
		const id = found.session.refresh_token;
		const work = renewing.get(id) ?? renew(found).finally(() => renewing.delete(id));
		renewing.set(id, work);
		return work;
	}

	return {
		source: token,
		watch(changed, signal) {
			const read = () => current()?.session.access_token;
			let known = read();
			const check = () => {
				const now = read();
				if (now === known) return;
				known = now;
				changed();
			};
			const timer = setInterval(() => document.hidden || check(), CHECK_EVERY);
			if ('cookieStore' in window) window.cookieStore.addEventListener('change', check, { signal });
			signal.addEventListener('abort', () => clearInterval(timer));
			return check;
		},
	};
}
