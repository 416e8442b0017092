import type { ChatClient } from '../client';
import type { ChatError, Result } from '../errors';
import { CATCH_UP_PAGE_SIZE } from '../limits';
import { MessageLog } from './message-log';
import type { LoadedChat } from '../chat/chat-types';
import type { SupportChatListItem, SupportMessage } from '../types';

/** Loads the rows of one chat: the first page, new messages, older ones. */
export class ChatSync {
	readonly log = new MessageLog();
	/** Null until the customer's chat is known. */
	chatId: string | null;
	chat: LoadedChat | null = null;
	/** Unread answers that are older than the messages here. */
	unreadBefore = 0;
	/** The next catch-up must load the whole chat: a (re)join, a wake-up. */
	stale = true;
	/** Messages may have been deleted: the next load of the whole chat replaces all rows. */
	purge = false;
	readonly #client: ChatClient;
	readonly #userId: string;

	constructor(client: ChatClient, userId: string, chatId: string | null) {
		this.#client = client;
		this.#userId = userId;
		this.chatId = chatId;
	}

	/** Takes over a loaded chat with its newest messages; returns the new messages. */
	applyChat(chat: LoadedChat): SupportMessage[] {
		if (this.chat && this.chat.id !== chat.id) this.log.clear();
		this.stale = false;
		this.chat = chat;
		this.chatId = chat.id;
		this.#dropMissing(chat);
		const added = this.log.mergeNewest(chat.messages);
		if ('unread_count' in chat)
			this.unreadBefore = Math.max(0, chat.unread_count - this.log.unread.length);
		return added;
	}

	/** Loads missing messages; returns the new ones. */
	async catchUp(): Promise<Result<SupportMessage[]>> {
		const added: SupportMessage[] = [];
		if (this.stale || this.chatId === null) {
			const { data, error } = await this.#load();
			if (error) return { data, error };
			added.push(...this.applyChat(data));
			if (!this.log.hasGap) return { data: added, error };
		}
		for (let from = this.log.catchUpFrom; ; from = this.log.knownTo) {
			const { data, error } = await this.#list({ after: from });
			if (error) return { data, error };
			added.push(...this.log.mergeAfter(data));
			if (data.length < CATCH_UP_PAGE_SIZE) return { data: added, error };
		}
	}

	/** The page before the oldest message here. */
	async older(): Promise<ChatError | null> {
		const { data, error } = await this.#list({ before: this.log.oldest });
		if (error) return error;
		const unread = data.filter((m) => m.sender_type === 'admin' && m.read_at === null);
		this.unreadBefore = Math.max(0, this.unreadBefore - unread.length);
		this.log.mergeOlder(data);
		return null;
	}

	/**
	 * Reports to the server that messages up to `seq` were read: by customers per message, by agents per chat.
	 */
	async markRead(seq: number): Promise<ChatError | null> {
		const { api, agent, clock } = this.#client;
		if (agent) {
			const { data, error } = await agent.markViewed(this.chatId ?? '', this.#userId);
			if (data) this.update(data);
			return error;
		}
		const { data, error } = await api.markRead(seq, this.#userId);
		if (data) this.read(data.up_to_seq, data.read_at ?? new Date(clock.now()).toISOString());
		return error;
	}

	/** The customer read up to `seq`. */
	read(seq: number, at: string): void {
		this.unreadBefore = 0;
		this.log.markRead(seq, at);
	}

	/** An agent viewed the chat; ignore a time older than the known one. */
	viewed(at: string | null): void {
		const known = this.chat?.admin_viewed_at ?? null;
		const isNews = at !== null && (known === null || Date.parse(at) > Date.parse(known));
		if (this.chat && isNews) this.chat = { ...this.chat, admin_viewed_at: at };
	}

	/** Agents: the row of the inbox has changed. */
	update(row: Partial<SupportChatListItem>): void {
		if (this.chat && 'archived' in this.chat) this.chat = { ...this.chat, ...row };
	}

	forget(): void {
		this.log.clear();
		this.chat = null;
		this.chatId = null;
		this.stale = true;
	}

	/**
	 * Starts over when a message here is not in the server's response: it was deleted, or is not readable any
	 * more.
	 */
	#dropMissing(chat: LoadedChat): void {
		const ids = new Set(chat.messages.map(({ id }) => id));
		const first = chat.messages[0]?.seq ?? 0;
		const last = 'last_seq' in chat ? chat.last_seq : (chat.messages.at(-1)?.seq ?? 0);
		const { rows } = this.log;
		const isGone = rows.some(({ id, seq }) => seq >= first && seq <= last && !ids.has(id));
		if (!isGone && !this.purge) return;
		this.purge = false;
		this.log.clear();
		// Messages that came while the server answered.
		this.log.merge(rows.filter(({ seq }) => seq > last));
	}

	#load(): Promise<Result<LoadedChat>> {
		const { api, agent } = this.#client;
		return agent && this.chatId !== null
			? agent.getChat(this.chatId, this.#userId)
			: api.getOrCreateChat(this.#userId);
	}

	#list(range: { after: number } | { before: number }): Promise<Result<SupportMessage[]>> {
		return this.#client.api.listMessages(this.chatId ?? '', range, this.#userId);
	}
}
