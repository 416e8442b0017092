import { ActivityPolicy } from '../sync/activity-policy';
import { Announcer } from './announcer';
import { isChatUpdated, isMessagesRead, isNewMessage } from '../api/guards';
import type { ChatClient } from '../client';
import { chatError, type ChatError } from '../errors';
import { NewMessageDetector } from './new-message-detector';
import type { UserOutbox } from '../outbox/user-outbox';
import { ReadReceipts } from './read-receipts';
import { ChatFeed, type FedChat } from '../sync/chat-feed';
import { presentState, type ChatParts } from './chat-state';
import { ChatSync } from '../sync/chat-sync';
import type { ChatOptions, ChatState } from './chat-types';
import * as TIMING from '../realtime/timing';
import type { SenderType, SupportMessage } from '../types';
import { TypingIndicator } from './typing-indicator';

/**
 * One chat for one signed-in user, from the first request to `stop()`: puts the parts together. Another user gets another
 * engine, so nothing of the former can be left over. `state` is always a function of rows and unsent messages, never of
 * events.
 */
export class ChatEngine implements FedChat, ChatParts {
	/** One value for all that is shown: smaller than one signal each, and never half updated. */
	#state: ChatState;
	readonly client: ChatClient;
	readonly userId: string;
	readonly activity: ActivityPolicy;
	readonly feed: ChatFeed;
	readonly outbox: UserOutbox;
	readonly sync: ChatSync;
	readonly readReceipts: ReadReceipts;
	readonly typing: TypingIndicator;
	/** The session ended, or is another user's. */
	readonly onSignedOut: (error: ChatError) => void;
	readonly #newMessages: NewMessageDetector;
	/** Null for a customer's own chat. */
	readonly #chatId: string | null;
	readonly #options: ChatOptions;
	readonly #own: SenderType;
	readonly #unlisten: (() => void)[];
	#stopped = false;

	constructor(
		client: ChatClient,
		userId: string,
		options: ChatOptions,
		state: ChatState,
		onSignedOut: (error: ChatError) => void,
	) {
		const { environment, api, storagePrefix } = client;
		const { chatId = null, onNewMessages } = options;
		const own = client.agent ? 'admin' : 'user';
		const announcer = new Announcer(environment, `${storagePrefix}${userId}:`);
		const sync = new ChatSync(client, userId, chatId);
		const activity = new ActivityPolicy(environment, () => this.#applyActivity());
		this.#state = $state.raw(state);
		this.client = client;
		this.userId = userId;
		this.onSignedOut = onSignedOut;
		this.#chatId = chatId;
		this.#options = options;
		this.#own = own;
		this.sync = sync;
		this.activity = activity;
		this.#newMessages = new NewMessageDetector(announcer, own, onNewMessages);
		this.typing = new TypingIndicator({
			...{ environment, userId },
			send: (typing) => void api.sendTyping(sync.chatId ?? '', typing, userId),
			onTyping: (typing) => this.update({ typing }),
		});
		this.readReceipts = new ReadReceipts(environment, sync, activity, own === 'admin', (error) => {
			if (error) this.feed.failed(error);
			else this.show();
		});
		this.outbox = client.outboxOf(userId);
		this.feed = new ChatFeed(this);
		this.#unlisten = [
			environment.on('wake', () => this.feed.wake()),
			this.outbox.listen({
				onSignedOut,
				onChange: () => this.show(),
				onWritten: (id) => this.#handleWritten(id),
				onOtherTab: () => void this.#outboxChanged(),
				onChatMissing: () => this.#replaceChat(),
				onUnavailable: () => this.feed.live.suspect(),
				onStored: (message) => this.#stored(message),
			}),
		];
	}

	get state(): ChatState {
		return this.#state;
	}

	update(change: Partial<ChatState>): void {
		this.#state = { ...this.#state, ...change };
	}

	start(): void {
		const { initial } = this.#options;
		this.activity.always = this.client.agent !== undefined;
		if (initial) this.handleCatchUp(this.sync.applyChat(initial));
		// Send messages left over from the last visit.
		if (this.outbox.messages.ofChat(this.#chatId).length > 0)
			this.activity.await(TIMING.awaitAnswer);
		this.show();
		this.#applyActivity();
		if (!this.feed.active) void this.feed.live.request();
		this.outbox.send();
	}

	stop(): void {
		this.#stopped = true;
		for (const off of this.#unlisten) off();
		const { activity, readReceipts, typing, feed } = this;
		for (const part of [activity, readReceipts, typing, feed]) part.stop();
	}

	/** The session ended: what is shown stays, for the same user's return. */
	pause(): void {
		this.update({ signedOut: true, loading: false });
		this.feed.pause(true);
		this.#applyActivity();
	}

	/** The same user is signed in again. */
	resume(): void {
		this.update({ signedOut: false });
		this.feed.pause(false);
		this.#applyActivity();
		this.outbox.revive();
		this.feed.wake();
	}

	/** Messages may have been deleted: drops those that are not found. */
	reconcile(): void {
		this.sync.purge = true;
		void this.feed.reload();
	}

	/** Shows the present rows and unsent messages. */
	show(): void {
		if (!this.#stopped) this.update(presentState(this, this.#chatId, this.#own));
	}

	handleCatchUp(added: SupportMessage[]): void {
		this.update({ loaded: true, loadError: null });
		if (this.#chatId === null) this.outbox.sender.chatFound(this.sync.chatId);
		this.#options.onCaughtUp?.();
		this.#arrived(added);
		this.#applyActivity();
		this.outbox.sender.reachable();
	}

	handleBroadcast(event: string, payload: unknown): void {
		const { sync, feed } = this;
		let added: SupportMessage[] = [];
		if (event === 'new_message' && isNewMessage(payload)) {
			const { message } = payload;
			feed.live.arrived(message.id);
			// A broadcast is a hint: it never changes a row that was read from the database.
			if (message.chat_id === sync.chatId && !sync.log.has(message.id))
				added = sync.log.merge([message]);
		} else if (event === 'messages_read' && isMessagesRead(payload))
			sync.read(payload.up_to_seq, payload.read_at);
		else if (event === 'chat_updated' && isChatUpdated(payload))
			sync.viewed(payload.admin_viewed_at);
		this.#handleRows(added);
		this.#options.onEvent?.(event);
	}

	/** Rows from a broadcast or a send response may be ahead of others. */
	#handleRows(added: SupportMessage[]): void {
		// First, because messages after a gap are hidden while the gap is being filled.
		if (this.sync.log.hasGap) void this.feed.live.request();
		this.#arrived(added);
	}

	#arrived(added: SupportMessage[]): void {
		const { agent, clock } = this.client;
		for (const row of added) {
			clock.observeStored(row.created_at);
			// Sent here, in another tab or on another device: a reply is awaited.
			if (row.sender_type === 'user' && !agent)
				this.activity.await(Date.parse(row.created_at) + TIMING.awaitAnswer - clock.now());
			if (row.sender_type === this.#own) this.outbox.messages.remove(row.id);
			else this.typing.clear();
			// A customer's message brings an archived chat back.
			if (row.sender_type === 'user') this.sync.update({ archived: false });
		}
		if (this.#state.loaded) this.#newMessages.detect(this.sync);
		this.show();
		this.readReceipts.update();
	}

	#applyActivity(): void {
		if (this.#stopped) return;
		const { sync, activity, typing, feed } = this;
		this.update({ awaitingAnswer: activity.awaitingAnswer });
		feed.apply();
		if (feed.active && activity.open && sync.chatId !== null)
			typing.listen(this.client.connection, sync.chatId);
		else typing.stop();
		this.readReceipts.update();
	}

	#handleWritten(chatId: string | null): void {
		if (chatId !== this.#chatId) return;
		this.typing.pause();
		this.activity.await(TIMING.awaitAnswer);
	}

	/** The customer's chat was deleted: the next request makes another. */
	#replaceChat(): void {
		if (this.client.agent) return;
		this.feed.failed(chatError('support_chat_not_found', 404));
		void this.feed.live.request();
	}

	#stored(message: SupportMessage): void {
		if (this.#chatId !== null && message.chat_id !== this.#chatId) return;
		const { sync, feed } = this;
		// Its broadcast comes, too, if it is not here already.
		if (!sync.log.has(message.id)) feed.live.expect(message.id);
		this.#handleRows(sync.log.merge([message]));
		this.#options.onSent?.(message);
	}

	/** Another tab wrote, sent or discarded something. What it sent is fetched before its bubble goes. */
	async #outboxChanged(): Promise<void> {
		if (this.feed.active) await this.feed.live.request();
		this.show();
	}
}
