import { ActivityPolicy } from '../sync/activity-policy';
import { Announcer } from './announcer';
import type { ChatClient } from '../client';
import { chatError, type ChatError } from '../errors';
import { NewMessageDetector } from './new-message-detector';
import type { UserOutbox } from '../outbox/user-outbox';
import { ReadReceipts } from './read-receipts';
import { ChatFeed } from '../sync/chat-feed';
import { storedMessages, unsentMessages } from './chat-state';
import { ChatSync } from '../sync/chat-sync';
import type { ChatOptions, ChatStateHolder } from './chat-types';
import * as TIMING from '../realtime/timing';
import type { SenderType, SupportAttachment, SupportMessage } from '../types';
import { TypingIndicator } from './typing-indicator';

/**
 * One chat for one signed-in user, from the first request to `stop()`: puts the parts together. Another user gets another
 * engine, so nothing of the former can be left over. What there is to show it writes into the view: always a function of
 * rows and unsent messages, never of events.
 */
export class ChatEngine {
	readonly activity: ActivityPolicy;
	readonly feed: ChatFeed;
	readonly outbox: UserOutbox;
	readonly sync: ChatSync;
	readonly readReceipts: ReadReceipts;
	readonly typing: TypingIndicator;
	readonly #newMessages: NewMessageDetector;
	readonly #client: ChatClient;
	/** Null for a customer's own chat. */
	readonly #chatId: string | null;
	readonly #options: ChatOptions;
	readonly #view: ChatStateHolder;
	readonly #own: SenderType;
	readonly #unlisten: (() => void)[];
	#stopped = false;

	constructor(
		client: ChatClient,
		userId: string,
		options: ChatOptions,
		view: ChatStateHolder,
		onSignedOut: (error: ChatError) => void,
	) {
		const { environment, api, storagePrefix } = client;
		const { chatId = null, onNewMessages } = options;
		const own = client.agent ? 'admin' : 'user';
		const mine = `${storagePrefix}${userId}:`;
		const sync = new ChatSync(client, userId, chatId);
		const activity = new ActivityPolicy(environment, () => this.#applyActivity());
		this.#client = client;
		this.#chatId = chatId;
		this.#options = options;
		this.#view = view;
		this.#own = own;
		this.sync = sync;
		this.activity = activity;
		this.#newMessages = new NewMessageDetector(
			new Announcer(environment, mine),
			own,
			onNewMessages,
		);
		this.typing = new TypingIndicator({
			...{ environment, userId },
			send: (typing) => void api.sendTyping(sync.chatId ?? '', typing, userId),
			onTyping: (typing) => view.update({ typing }),
		});
		this.readReceipts = new ReadReceipts(environment, sync, activity, own === 'admin', (error) => {
			if (error) this.feed.failed(error);
			else this.show();
		});
		this.outbox = client.outboxOf(userId);
		this.feed = new ChatFeed({
			...{ client, userId, sync, activity, view, onSignedOut },
			onCaughtUp: (added) => this.#caughtUp(added),
			onHeard: (added) => this.#took(added),
			onEvent: options.onEvent,
			onJoined: () => this.outbox.sender.reachable(),
			onIdle: () => this.show(),
		});
		this.#unlisten = [
			environment.on('wake', () => this.feed.wake()),
			this.outbox.listen({
				onSignedOut,
				onChange: () => this.show(),
				onOtherTab: () => void this.#outboxChanged(),
				onChatMissing: () => this.#replaceChat(),
				onUnavailable: () => this.feed.suspect(),
				onStored: (message) => this.#stored(message),
			}),
		];
	}

	start(): void {
		const { initial, badge } = this.#options;
		this.activity.always = this.#client.agent !== undefined;
		if (initial) this.#caughtUp(this.sync.take(initial));
		if (badge) this.#view.update({ unread: badge.unread_count });
		// Send messages left over from the last visit.
		if (badge?.awaiting_answer || this.outbox.messages.ofChat(this.#chatId).length > 0)
			this.activity.await(TIMING.awaitAnswer);
		this.show();
		this.#applyActivity();
		if (!this.feed.active && badge === undefined) void this.feed.request();
		this.outbox.send();
	}

	stop(): void {
		this.#stopped = true;
		for (const off of this.#unlisten) off();
		const { activity, readReceipts, typing, feed } = this;
		for (const part of [activity, readReceipts, typing, feed]) part.stop();
	}

	/** The session ended; what is in sight stays, for the same user's return. Or it is back. */
	pause(paused: boolean): void {
		this.feed.pause(paused);
		this.#applyActivity();
		if (paused) return;
		this.outbox.revive();
		this.feed.wake();
	}

	/** Sends clean text and checked files: the bubble is there at once. */
	send(content: string, attachments: SupportAttachment[] = []): string {
		const id = this.outbox.write(this.#chatId, content, attachments);
		this.typing.pause();
		this.activity.await(TIMING.awaitAnswer);
		this.show();
		return id;
	}

	async loadOlder(): Promise<void> {
		const { state } = this.#view;
		if (state.loadingOlder || !this.sync.log.hasOlder) return;
		this.#view.update({ loadingOlder: true });
		const olderError = await this.sync.older();
		if (this.#stopped) return;
		this.#view.update({ loadingOlder: false, olderError });
		if (olderError) this.feed.failed(olderError);
		this.show();
	}

	/** Draws what is known. */
	show(): void {
		if (this.#stopped) return;
		const { sync, outbox } = this;
		const { loaded, unread } = this.#view.state;
		const own = this.#own;
		// Show just-sent messages before the first page has loaded.
		const stored = storedMessages(sync, own, this.feed.catchingUp).filter(
			(message) => loaded || message.own,
		);
		const isCounted = loaded && this.feed.active && own === 'user';
		const unreadHere = sync.log.unread.filter((row) => row.seq > this.readReceipts.readTo).length;
		this.#view.update({
			chat: sync.chat,
			messages: [...stored, ...unsentMessages(outbox, this.#chatId, sync, own, this.#client)],
			hasOlder: sync.log.hasOlder,
			awaitingAnswer: this.activity.awaitingAnswer,
			unread: isCounted ? unreadHere + sync.unreadBefore : unread,
		});
	}

	#caughtUp(added: SupportMessage[]): void {
		this.#view.update({ loaded: true, loadError: null });
		if (this.#chatId === null) this.outbox.sender.chatFound(this.sync.chatId);
		this.#options.onCaughtUp?.();
		this.#arrived(added);
		this.#applyActivity();
		this.outbox.sender.reachable();
	}

	/** Rows from a broadcast or a send response: they may be ahead of others. */
	#took(added: SupportMessage[]): void {
		// First, so that what is ahead of a gap waits in the dark while the gap is being filled.
		if (this.sync.log.hasGap) void this.feed.request();
		this.#arrived(added);
	}

	#arrived(added: SupportMessage[]): void {
		const { agent, clock } = this.#client;
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
		if (this.#view.state.loaded) this.#newMessages.detect(this.sync);
		this.show();
		this.readReceipts.update();
	}

	#applyActivity(): void {
		if (this.#stopped) return;
		const { sync, activity, typing, feed } = this;
		this.#view.update({ awaitingAnswer: activity.awaitingAnswer });
		feed.apply();
		if (feed.active && activity.open && sync.chatId !== null)
			typing.listen(this.#client.connection, sync.chatId);
		else typing.stop();
		this.readReceipts.update();
	}

	/** The customer's chat was deleted: the next request makes another. */
	#replaceChat(): void {
		if (this.#client.agent) return;
		this.feed.failed(chatError('support_chat_not_found', 404));
		void this.feed.request();
	}

	#stored(message: SupportMessage): void {
		if (this.#chatId !== null && message.chat_id !== this.#chatId) return;
		// Its broadcast comes, too, if it is not here already.
		if (!this.sync.log.has(message.id)) this.feed.stored(message.id);
		this.#took(this.sync.log.merge([message]));
		this.#options.onSent?.(message);
	}

	/** Another tab wrote, sent or discarded something. What it sent is fetched before its bubble goes. */
	async #outboxChanged(): Promise<void> {
		if (this.feed.active) await this.feed.request();
		this.show();
	}
}
