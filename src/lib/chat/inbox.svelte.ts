import type { ChatClient } from './client';
import type { ChatError } from './errors';
import type {
	ConnectionState,
	SupportChatListItem,
	SupportInboxCounts,
	SupportMessage,
} from './types';

export type InboxView = 'active' | 'archived';

/** A customer's message that just came in, for sound and notifications. */
export interface InboxMessage {
	chat_id: string;
	user_email: string | null;
	message: SupportMessage;
}

export interface InboxOptions {
	view: InboxView;
	search?: string;
	/** What the server rendered already. */
	initial?: { chats: SupportChatListItem[]; counts: SupportInboxCounts };
	/** Each new customer message exactly once across all tabs; return false if this tab cannot play the sound. */
	onNewMessage?: (message: InboxMessage) => boolean | void | Promise<boolean | void>;
}

/** The team's list of chats, newest first, live. `start()` in the browser only. */
export class ChatInbox {
	view: InboxView = $state('active');
	search = $state('');
	chats: SupportChatListItem[] = $state.raw([]);
	counts: SupportInboxCounts = $state.raw({ active: 0, archived: 0, unread: 0 });
	loading = $state(false);
	loaded = $state(false);
	loadError: ChatError | null = $state.raw(null);
	hasMore = $state(false);
	loadingMore = $state(false);
	connection: ConnectionState = $state('idle');
	signedOut = $state(false);

	constructor(client: ChatClient, options: InboxOptions) {
		this.view = options.view;
		void client;
	}
	get connected(): boolean {
		return this.connection === 'connected';
	}
	start(): void {}
	stop(): void {}
	/** Shows the other tab. With `initial` (from a page load) without a request. */
	setView(view: InboxView, initial?: InboxOptions['initial']): void {
		void [view, initial];
	}
	/** Searches after a short pause in typing. */
	setSearch(search: string): void {
		void search;
	}
	/** The next page below. */
	async loadMore(): Promise<void> {}
	async reload(): Promise<void> {}
	/** Archives or restores; the row moves at once and comes back if it could not be done. */
	async setArchived(id: string, archived: boolean): Promise<ChatError | null> {
		void [id, archived];
		return null;
	}
	/** A chat row that is known to be newer (from a `ChatThread`, a form action …). */
	apply(chat: SupportChatListItem): void {
		void chat;
	}
}
