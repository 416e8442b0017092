import type { ChatApi } from './api';
import type { ChatError, Result } from './errors';
import { CATCH_UP_PAGE_SIZE } from './limits';
import { MessageLog } from './message-log';
import type {
	AdminSupportChat,
	ChatRole,
	SupportChat,
	SupportChatListItem,
	SupportMessage,
} from './types';

export type LoadedChat = SupportChat | AdminSupportChat;

/** Brings the rows of one chat here: the first page, what is new, what is older. */
export class ThreadSync {
	readonly log = new MessageLog();
	/** Null until the customer's chat is known. */
	chatId: string | null;
	chat: LoadedChat | null = null;
	/** Unread answers that are older than the messages here. */
	unreadBefore = 0;
	/** The next catch-up must look at the chat as a whole: a (re)join, a wake-up. */
	stale = true;

	constructor(
		private readonly api: ChatApi,
		private readonly role: ChatRole,
		private readonly userId: string,
		chatId: string | null,
	) {
		this.chatId = chatId;
	}

	/** The chat with its newest messages, from whoever loaded it; returns the messages that were new. */
	take(chat: LoadedChat): SupportMessage[] {
		if (this.chat && this.chat.id !== chat.id) this.log.clear();
		this.stale = false;
		this.chat = chat;
		this.chatId = chat.id;
		const added = this.log.mergeNewest(chat.messages);
		if ('unread_count' in chat)
			this.unreadBefore = Math.max(0, chat.unread_count - this.log.unread.length);
		return added;
	}

	/** Loads what is missing; answers with the messages that were new. */
	async catchUp(): Promise<Result<SupportMessage[]>> {
		const added: SupportMessage[] = [];
		if (this.stale || this.chatId === null) {
			const chat = await this.#load();
			if (chat.error) return chat;
			added.push(...this.take(chat.data));
			if (!this.log.hasGap) return { data: added, error: null };
		}
		for (let from = this.log.catchUpFrom; ; from = this.log.knownTo) {
			const page = await this.#list({ after: from });
			if (page.error) return page;
			added.push(...this.log.mergeAfter(page.data));
			if (page.data.length < CATCH_UP_PAGE_SIZE) return { data: added, error: null };
		}
	}

	/** The page before the oldest message here. */
	async older(): Promise<ChatError | null> {
		const page = await this.#list({ before: this.log.oldest });
		if (page.error) return page.error;
		const unread = page.data.filter((m) => m.sender_type === 'admin' && m.read_at === null);
		this.unreadBefore = Math.max(0, this.unreadBefore - unread.length);
		this.log.mergeOlder(page.data);
		return null;
	}

	/** The customer read up to `seq`. */
	read(upToSeq: number, readAt: string): void {
		this.unreadBefore = 0;
		this.log.markRead(upToSeq, readAt);
	}

	/** Staff looked at the chat; an older time than the one known says nothing. */
	viewed(at: string | null): void {
		const known = this.chat?.admin_viewed_at ?? null;
		const isNews = at !== null && (known === null || Date.parse(at) > Date.parse(known));
		if (this.chat && isNews) this.chat = { ...this.chat, admin_viewed_at: at };
	}

	/** Staff: the row of the inbox has changed. */
	update(row: Partial<SupportChatListItem>): void {
		if (this.chat && 'archived' in this.chat) this.chat = { ...this.chat, ...row };
	}

	forget(): void {
		this.log.clear();
		this.chat = null;
		this.chatId = null;
		this.stale = true;
	}

	#load(): Promise<Result<LoadedChat>> {
		const as = { as: this.userId };
		return this.role === 'user' || this.chatId === null
			? this.api.getOrCreateChat(as)
			: this.api.getChat(this.chatId, as);
	}

	#list(range: { after: number } | { before: number }): Promise<Result<SupportMessage[]>> {
		return this.api.listMessages(this.chatId ?? '', range, { as: this.userId });
	}
}
