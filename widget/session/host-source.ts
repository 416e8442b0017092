import type { AccessTokenSource } from '$chat';
import { isSessionOver } from '$chat/session/session-over';
import { readToken } from '$chat/session/tokens';
import type { HostClient, SupportChatOptions } from '../types';

/** `getSession()` of supabase-js renews a token that expires within this time by this machine's clock, milliseconds. */
const RENEWS_BEFORE = 90_000;
/** How long a token of the page is used although it is expired by this machine's clock, milliseconds. */
const HOLD = 60_000;

/** Whether supabase-js would renew this token: it is due, or the clock is wrong. The caller knows the server's time. */
const wouldRenew = (token: string): boolean =>
	(readToken(token)?.expiresAt ?? 0) - Date.now() < RENEWS_BEFORE;

/** The session of the page's own client; `changed` is called when it may have changed, until `signal` aborts. */
export function sourceOfClient(
	{ auth }: HostClient,
	changed: () => void,
	signal: AbortSignal,
): AccessTokenSource {
	let held: string | null = null;
	const { data } = auth.onAuthStateChange((_event, session) => {
		const token: unknown = Reflect.get(Object(session), 'access_token');
		held = typeof token === 'string' ? token : null;
		changed();
	});
	signal.addEventListener('abort', () => data.subscription.unsubscribe());
	return async ({ refresh } = {}) => {
		if (!refresh && held && wouldRenew(held)) return held;
		const { data, error } = await (refresh ? auth.refreshSession() : auth.getSession());
		if (!data.session && error && !isSessionOver(wordsOf(error))) {
			throw error instanceof Error ? error : new Error(wordsOf(error));
		}
		return (held = data.session?.access_token ?? null);
	};
}

const wordsOf = (error: unknown): string =>
	['name', 'code', 'message'].map((name) => String(Reflect.get(Object(error), name))).join(' ');

/** The page's callback, which may ask supabase-js itself. */
export function sourceOfCallback(
	ask: NonNullable<SupportChatOptions['accessToken']>,
): AccessTokenSource {
	let held: string | null = null;
	let askedAt = -Infinity;
	return async ({ refresh } = {}) => {
		const isRecent = Math.abs(Date.now() - askedAt) < HOLD;
		if (!refresh && held && isRecent && wouldRenew(held)) return held;
		askedAt = Date.now();
		return (held = (await ask()) ?? null);
	};
}
