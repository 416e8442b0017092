import { attempt } from '$chat/environment';
import { peekToken, watchSession } from '../session/peek';
import type { SupportChatOptions } from '../types';

/**
 * Keeps the badge by one cheap call: now, when a user signs in or out, and when the page wakes. Ends with
 * `signal`.
 *
 * @param isDone whether the panel runs, which has the count itself
 * @param onPanelNeeded an answer is awaited and should come in live, the title shows the count, or the session is to be renewed
 */
export function watchUnread(
	options: SupportChatOptions,
	signal: AbortSignal,
	isDone: () => unknown,
	onCount: (count: number) => void,
	onPanelNeeded: (isAgent?: unknown) => void,
): void {
	let latest = 0;
	let waited: unknown;
	const check = async () => {
		if (document.hidden || isDone()) return;
		const call = ++latest;
		const token = await peekToken(options);
		if (token === undefined || isMarked()) return onPanelNeeded();
		// It creates nothing, and returns no row when there is no chat yet.
		const answer = token
			? await fetch(`${options.supabaseUrl}/rest/v1/rpc/get_support_unread`, {
					method: 'POST',
					headers: {
						apikey: options.publishableKey,
						authorization: `Bearer ${token}`,
						'content-type': 'application/json',
					},
					body: '{}',
				})
			: null;
		// The token may have expired, and the page's own client may renew it: wait five seconds.
		if (answer?.status === 401) {
			if (waited) onPanelNeeded();
			else waited = setTimeout(update, 5_000);
			return;
		}
		const row: unknown = answer?.ok && Reflect.get(Object(await answer.json()), 0);
		// Of several calls the last one counts; a sign-out in the meantime starts another.
		if (call !== latest || isDone()) return;
		const read = (name: string): unknown => Reflect.get(Object(row), name);
		const isAgent = read('is_staff');
		const count = Number(read(isAgent ? 'waiting_count' : 'unread_count')) || 0;
		onCount(count);
		// The panel's code also shows the count on the page itself, if the page wants it.
		if (
			isAgent ||
			read('awaiting_answer') ||
			(count && (options.launcher ?? options.titleCount ?? false) !== false)
		)
			onPanelNeeded(isAgent);
	};
	// A late badge does no harm: the next wake tries again.
	const update = () => void check().catch(() => null);
	watchSession(options, update, signal);
	update();
}

/**
 * Whether the panel's code has work: unsent messages and drafts to send, or to remove after a sign-out; or a session that was
 * passed over (`PASSED_OVER`).
 */
const isMarked = () =>
	attempt(() => /support-chat:.*(unsent|draft|passed)/.test(String(Object.keys(localStorage))));
