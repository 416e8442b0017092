import type { ActivityPolicy } from './activity-policy';
import type { ChatClient } from '../client';
import type { ChatError } from '../errors';
import { Live } from './live';
import type { ChatSync } from './chat-sync';
import type { ChatState } from '../chat/chat-types';
import * as TIMING from '../realtime/timing';
import { isJoined, type TopicState } from '../realtime/topic';
import type { UserOutbox } from '../outbox/user-outbox';
import type { SupportMessage } from '../types';

/** The chat that a feed keeps up to date. */
export interface FedChat {
	readonly client: ChatClient;
	readonly userId: string;
	readonly sync: ChatSync;
	readonly activity: ActivityPolicy;
	readonly outbox: UserOutbox;
	readonly state: ChatState;
	update(change: Partial<ChatState>): void;
	/** Shows the present rows. */
	show(): void;
	/** A catch-up went well; these messages were new. */
	handleCatchUp(added: SupportMessage[]): void;
	handleBroadcast(event: string, payload: unknown): void;
	onSignedOut(error: ChatError): void;
}

/** Decides what is loaded of a chat and when: everything while it is active, else only the number of unread messages. */
export class ChatFeed {
	readonly live: Live;
	readonly #chat: FedChat;
	/** Signed out, or the chat is gone: stop requests and subscriptions. */
	#paused = false;
	/** The server rejected it: retry only when the page wakes up or a user asks. */
	#refused = false;
	#stopped = false;
	/** When the chat was last loaded as a whole. */
	#loadedAt = -Infinity;

	constructor(chat: FedChat) {
		const { client, userId, sync, activity } = chat;
		this.#chat = chat;
		this.live = new Live({
			client,
			userId,
			// A user who may not read the chat may not listen either.
			topic: () => {
				const isWanted = this.active && !this.#refused && sync.chatId !== null;
				return isWanted ? `support_chat:${sync.chatId}` : null;
			},
			onEvent: (event, payload) => chat.handleBroadcast(event, payload),
			onTopic: (state) => this.#topicChanged(state),
			onConnection: (connection) => chat.update({ connection }),
			catchUp: () => this.#catchUp(),
			// Only now it is certain that a gap cannot be filled at present.
			onIdle: () => chat.show(),
			pollEvery: () => {
				if (this.#refused || !this.active) return null;
				return activity.open ? TIMING.pollOpen : TIMING.pollClosed;
			},
		});
	}

	/** Messages are loaded and listened to, not just counted. */
	get active(): boolean {
		return this.#chat.activity.active && !this.#paused;
	}

	/** The page or the network is back. */
	wake(): void {
		this.#refused = false;
		if (this.#age > TIMING.probeLive) this.#chat.sync.stale = true;
		void this.live.request();
	}

	/** Loads the chat as a whole again. */
	reload(): Promise<void> {
		this.#refused = false;
		this.#chat.sync.stale = true;
		return this.live.request();
	}

	/** The page of messages before the oldest one here. */
	async loadOlder(): Promise<void> {
		const chat = this.#chat;
		if (chat.state.loadingOlder || !chat.sync.log.hasOlder) return;
		chat.update({ loadingOlder: true });
		const olderError = await chat.sync.older();
		if (this.#stopped) return;
		chat.update({ loadingOlder: false, olderError });
		if (olderError) this.failed(olderError);
		chat.show();
	}

	pause(paused: boolean): void {
		this.#paused = paused;
		this.apply();
	}

	/** The activity or the chat's id changed. */
	apply(): void {
		if (this.#stopped) return;
		this.live.apply();
		if (this.active && this.#chat.sync.stale && !this.#refused) void this.live.request();
	}

	stop(): void {
		this.#stopped = true;
		this.live.stop();
	}

	failed(error: ChatError): void {
		const chat = this.#chat;
		if (!chat.state.loaded) chat.update({ loadError: error });
		if (error.kind === 'signed_out') chat.onSignedOut(error);
		if (error.kind !== 'refused') return;
		const gone = error.code === 'support_chat_not_found';
		// A customer's chat was deleted: the next load makes another.
		if (gone && !chat.client.agent) return chat.sync.forget();
		this.#refused = true;
		chat.update({ gone });
		if (gone) this.#paused = true;
		this.apply();
	}

	/** Milliseconds since the chat was loaded as a whole. */
	get #age(): number {
		return this.#chat.client.environment.now() - this.#loadedAt;
	}

	async #catchUp(): Promise<ChatError | null> {
		const chat = this.#chat;
		if (this.#paused) return null;
		if (!this.active) return this.#countUnread();
		const whole = chat.sync.stale;
		chat.update({ loading: !chat.state.loaded });
		const { data, error } = await chat.sync.catchUp();
		if (this.#stopped) return null;
		chat.update({ loading: false });
		if (error) this.failed(error);
		else {
			if (whole) this.#loadedAt = chat.client.environment.now();
			chat.handleCatchUp(data);
		}
		return error;
	}

	/** One cheap call for the badge. */
	async #countUnread(): Promise<ChatError | null> {
		const { client, userId, sync, activity } = this.#chat;
		if (client.agent) return null;
		const { data, error } = await client.api.getUnread(userId);
		if (this.#stopped) return null;
		// Without a subscription the rows here fall behind.
		sync.stale = true;
		if (error) this.failed(error);
		else this.#chat.update({ unread: data?.unread_count ?? 0 });
		if (data?.awaiting_answer) activity.await(TIMING.awaitAnswer);
		return error;
	}

	#topicChanged(state: TopicState | null): void {
		const { sync } = this.#chat;
		if (state === null) sync.stale = true;
		if (!isJoined(state)) return;
		// Do not reload in full data that was loaded a moment ago.
		const isFresh = this.#age < TIMING.reconnectGrace;
		const isLive = state === 'live';
		if (!isLive && !isFresh) sync.stale = true;
		if (isLive || !isFresh) void this.live.request();
		this.#chat.outbox.sender.reachable();
	}
}
