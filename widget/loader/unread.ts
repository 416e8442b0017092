import { peekToken, watchSession } from '../session/peek';
import type { SupportChatOptions } from '../types';

/** How long a page gets to renew its own session before the panel does it. */
const PATIENCE = 5_000;

/**
 * Keeps the badge by one cheap call: now, when somebody signs in or out, and when the page wakes. Ends with `signal`.
 *
 * @param isDone says that the panel runs, which knows better
 * @param onPanelNeeded an answer is awaited and should come in live, the title shows the count, or the session is to be renewed
 */
export function watchUnread(
	options: SupportChatOptions,
	signal: AbortSignal,
	isDone: () => unknown,
	onCount: (count: number) => void,
	onPanelNeeded: (isStaff?: unknown) => void,
): void {
	let latest = 0;
	let waited: unknown;
	const look = async () => {
		if (document.hidden || isDone()) return;
		const call = ++latest;
		const token = await peekToken(options);
		if (token === undefined) return onPanelNeeded();
		const row = token && (await fetchUnread(options, token));
		// The token may have expired, and the page's own client be about to renew it.
		if (row === 401) {
			if (waited) onPanelNeeded();
			else waited = setTimeout(update, PATIENCE);
			return;
		}
		// Of several calls the last one counts; signing out meanwhile starts another.
		if (call !== latest || isDone()) return;
		const read = (name: string): unknown => Reflect.get(Object(row), name);
		const isStaff = read('is_staff');
		const count = Number(read(isStaff ? 'waiting_count' : 'unread_count')) || 0;
		onCount(count);
		// The panel's code also shows the count on the page itself, where that is asked for.
		const isShown = (options.launcher ?? options.titleCount ?? false) !== false;
		if (isStaff || read('awaiting_answer') || (count && isShown)) onPanelNeeded(isStaff);
	};
	// A badge may be late: the next wake asks again.
	const update = () => void look().catch(() => null);
	watchSession(options, update, signal);
	update();
}

/** The row of `get_support_unread()`, which creates nothing: nothing when there is no chat yet, else the status of a refusal. */
async function fetchUnread(
	{ supabaseUrl, publishableKey }: SupportChatOptions,
	token: string,
): Promise<unknown> {
	const answer = await fetch(`${supabaseUrl}/rest/v1/rpc/get_support_unread`, {
		method: 'POST',
		headers: {
			apikey: publishableKey,
			authorization: `Bearer ${token}`,
			'content-type': 'application/json',
		},
		body: '{}',
	});
	return answer.ok ? Reflect.get(Object(await answer.json()), 0) : answer.status;
}
