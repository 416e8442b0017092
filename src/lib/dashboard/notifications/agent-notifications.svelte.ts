import { toast } from 'svelte-sonner';
import { messageText, type AgentNotice, type InboxMessage } from '$chat';
import type { Alerts } from './alerts.svelte';
import { strings } from '../strings/dashboard';
import { teamStrings } from '../strings/team';
import type { WorkItem } from './waiting-detector';

/** How long a toast about a conversation stays, in milliseconds. */
const STAYS = 12_000;

/** The most toasts shown at once; further events are counted in one more. */
const MOST = 3;
const GROUP = 'more';
/** Events that are closer together than this, in milliseconds, change the count once. */
const TOGETHER = 100;

interface Page {
	/** The chat that this page shows. */
	chatId(): string | undefined;
	open(chatId: string): void;
	openInbox(): void;
}

/**
 * Alerts this agent by toast, sound, title and desktop notification. Its callers decide which events are new.
 */
export class AgentNotifications {
	/** Events while the page was in the background, for the title until the user returns. */
	missed = $state('');
	readonly #alerts: Alerts;
	readonly #page: Page;
	/** The toasts that are on the screen, with their chats. */
	#shown: { id: string; chatId: string }[] = [];
	/** The chats of events that came while the most toasts were shown. */
	#grouped: string[] = [];
	#isCounting = false;
	/** When desktop notifications were shown lately. */
	#notified: number[] = [];

	constructor(alerts: Alerts, page: Page) {
		this.#alerts = alerts;
		this.#page = page;
	}

	/** A customer wrote; false if this tab could make no sound, so that another may. */
	handleMessage({ chat_id, user_email, message }: InboxMessage): boolean | Promise<boolean> {
		const title = strings.notification.newMessage(user_email ?? strings.inbox.noEmail);
		this.#notify(title, messageText(message).slice(0, 200), chat_id);
		return this.#isLookedAt(chat_id) || this.#alerts.chime();
	}

	/** A conversation began to wait. */
	handleWaiting({ chat, withMessage }: WorkItem): void {
		const title = teamStrings.news.waits(chat.user_email ?? strings.inbox.noEmail);
		const body = chat.last_message_preview ?? '';
		this.#showToast(title, body, chat.id, `waits:${chat.id}`);
		if (withMessage) return;
		this.#notify(title, body, chat.id);
		void this.#alerts.chime();
	}

	/** A notice for this agent alone. */
	handleNotice({ id, chat_id, user_email, preview, note }: AgentNotice): void {
		const words = note === null ? teamStrings.news.assigned : teamStrings.news.called;
		const title = words(user_email ?? strings.inbox.noEmail);
		const body = note ?? preview ?? '';
		this.#showToast(title, body, chat_id, `notice:${id}`);
		this.#notify(title, body, chat_id);
		void this.#alerts.chime();
	}

	/** The tab became visible. */
	clearMissed(): void {
		this.missed = '';
	}

	/** Dismisses the toasts of a chat that is now open. */
	handleOpened(chatId: string): void {
		for (const { id } of this.#shown.filter((one) => one.chatId === chatId)) toast.dismiss(id);
		this.#shown = this.#shown.filter((one) => one.chatId !== chatId);
		if (!this.#grouped.includes(chatId)) return;
		this.#grouped = this.#grouped.filter((one) => one !== chatId);
		this.#count();
	}

	#showToast(title: string, description: string, chatId: string, id: string): void {
		if (document.visibilityState === 'hidden') this.missed = title;
		if (this.#isLookedAt(chatId)) return;
		const isShown = this.#shown.some((one) => one.id === id);
		if (!isShown && this.#shown.length >= MOST) {
			if (!this.#grouped.includes(chatId)) this.#grouped.push(chatId);
			this.#count();
			return;
		}
		if (!isShown) this.#shown.push({ id, chatId });
		const gone = (): void => {
			this.#shown = this.#shown.filter((one) => one.id !== id);
		};
		toast(title, {
			...{ id, description, duration: STAYS, onDismiss: gone, onAutoClose: gone },
			// Beside the agent's work, not on top of it.
			position: 'top-right',
			action: { label: teamStrings.news.open, onClick: () => this.#page.open(chatId) },
		});
	}

	/** Shows how many more there are, once for all events of a moment. */
	#count(): void {
		if (this.#isCounting) return;
		this.#isCounting = true;
		setTimeout(() => {
			this.#isCounting = false;
			if (this.#grouped.length === 0) {
				toast.dismiss(GROUP);
				return;
			}
			const gone = (): void => void (this.#grouped = []);
			toast(teamStrings.news.more(this.#grouped.length), {
				...{ id: GROUP, duration: STAYS, onDismiss: gone, onAutoClose: gone },
				position: 'top-right',
				action: { label: teamStrings.news.openInbox, onClick: () => this.#page.openInbox() },
			});
		}, TOGETHER);
	}

	#notify(title: string, body: string, chatId: string): void {
		const now = Date.now();
		this.#notified = this.#notified.filter((at) => now - at < STAYS);
		this.#notified.push(now);
		const more = this.#notified.length - MOST;
		if (more <= 0) this.#alerts.notify(title, body, chatId, () => this.#page.open(chatId));
		// One notification that is replaced, however many there are.
		else
			this.#alerts.notify(teamStrings.news.more(more), title, GROUP, () => this.#page.openInbox());
	}

	#isLookedAt(chatId: string): boolean {
		return this.#page.chatId() === chatId && document.hasFocus();
	}
}
