import { toast } from 'svelte-sonner';
import { messageText, type AgentNotice, type InboxMessage } from '$lib/chat';
import type { Alerts } from './alerts.svelte';
import { strings } from './strings';
import { teamStrings } from './team-strings';
import type { WorkItem } from './work-news';

/** How long a toast about a conversation stays, in milliseconds. */
const STAYS = 12_000;

interface Page {
	/** The chat that this page shows. */
	chatId(): string | undefined;
	open(chatId: string): void;
}

/** Tells this agent what happens: by toast, sound, title and desktop notification. Whether it is news is for others to know. */
export class Bell {
	/** What happened while nobody looked, for the title until somebody does. */
	missed = $state('');
	readonly #alerts: Alerts;
	readonly #page: Page;
	/** The toasts that were shown, with their chats. */
	#told: { id: string; chatId: string }[] = [];

	constructor(alerts: Alerts, page: Page) {
		this.#alerts = alerts;
		this.#page = page;
	}

	/** A customer wrote; false if this tab could make no sound, so that another may. */
	wrote({ chat_id, user_email, message }: InboxMessage): boolean | Promise<boolean> {
		const title = strings.notification.newMessage(user_email ?? strings.inbox.noEmail);
		this.#notify(title, messageText(message).slice(0, 200), chat_id);
		return this.#isLookedAt(chat_id) || this.#alerts.chime();
	}

	/** A conversation began to wait. */
	waits({ chat, withMessage }: WorkItem): void {
		const title = teamStrings.news.waits(chat.user_email ?? strings.inbox.noEmail);
		const body = chat.last_message_preview ?? '';
		this.#tell(title, body, chat.id, `waits:${chat.id}`);
		if (withMessage) return;
		this.#notify(title, body, chat.id);
		void this.#alerts.chime();
	}

	/** A notice for this agent alone. */
	assigned({ id, chat_id, user_email, preview, note }: AgentNotice): void {
		const words = note === null ? teamStrings.news.assigned : teamStrings.news.called;
		const title = words(user_email ?? strings.inbox.noEmail);
		const body = note ?? preview ?? '';
		this.#tell(title, body, chat_id, `notice:${id}`);
		this.#notify(title, body, chat_id);
		void this.#alerts.chime();
	}

	/** Somebody looks. */
	seen(): void {
		this.missed = '';
	}

	/** A chat is open: what called there has done so. */
	opened(chatId: string): void {
		for (const { id } of this.#told.filter((one) => one.chatId === chatId)) toast.dismiss(id);
		this.#told = this.#told.filter((one) => one.chatId !== chatId);
	}

	#tell(title: string, description: string, chatId: string, id: string): void {
		if (document.visibilityState === 'hidden') this.missed = title;
		if (this.#isLookedAt(chatId)) return;
		this.#told.push({ id, chatId });
		toast(title, {
			...{ id, description, duration: STAYS },
			// Beside what somebody is working on, not on top of it.
			position: 'top-right',
			action: { label: teamStrings.news.open, onClick: () => this.#page.open(chatId) },
		});
	}

	#notify(title: string, body: string, chatId: string): void {
		this.#alerts.notify(title, body, chatId, () => this.#page.open(chatId));
	}

	#isLookedAt(chatId: string): boolean {
		return this.#page.chatId() === chatId && document.hasFocus();
	}
}
