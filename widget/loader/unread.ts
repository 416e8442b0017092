import { onWake } from '../session/session-source';
import type { SessionSource, SupportChatOptions } from '../types';

/** What the badge needs. */
export interface Unread {
	count: number;
	/** The customer wrote lately: the answer should come in live. */
	awaitingAnswer: boolean;
}

const NONE: Unread = { count: 0, awaitingAnswer: false };

/** One cheap call that creates nothing. Rejects when nothing can be known. */
async function fetchUnread(options: SupportChatOptions, token: string): Promise<Unread> {
	const answer = await fetch(`${options.supabaseUrl}/rest/v1/rpc/get_support_unread`, {
		method: 'POST',
		headers: {
			apikey: options.publishableKey,
			authorization: `Bearer ${token}`,
			'content-type': 'application/json',
		},
		body: '{}',
		signal: AbortSignal.timeout(15_000),
	});
	if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
	const body: unknown = await answer.json();
	const row: unknown = Array.isArray(body) ? body[0] : body;
	if (typeof row !== 'object' || !row || !('unread_count' in row)) return NONE;
	return {
		count: Number(row.unread_count) || 0,
		awaitingAnswer: 'awaiting_answer' in row && row.awaiting_answer === true,
	};
}

/**
 * Tells the unread count now, when somebody signs in or out, and when the page wakes. `isNeeded` says no once the panel
 * runs, which knows better.
 */
export function watchUnread(
	options: SupportChatOptions,
	session: SessionSource,
	signal: AbortSignal,
	isNeeded: () => boolean,
	listener: (unread: Unread) => void,
): void {
	let latest = 0;
	const look = async () => {
		if (!isNeeded() || document.hidden) return;
		const call = ++latest;
		try {
			const token = await session.token();
			const unread = token ? await fetchUnread(options, token) : NONE;
			// Of several calls the last one counts; signing out meanwhile starts another.
			if (call === latest && isNeeded() && !signal.aborted) listener(unread);
		} catch {
			// A badge may be late: the next wake asks again.
		}
	};
	session.onChange(look);
	onWake(look, signal);
	void look();
}
