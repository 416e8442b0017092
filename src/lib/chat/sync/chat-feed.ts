import type { ActivityPolicy } from './activity-policy';
import type { ChatClient } from '../client';
import type { ChatError } from '../errors';
import { isNewMessage } from '../api/guards';
import { Live } from './live';
import type { ChatSync } from './chat-sync';
import type { ChatStateHolder } from '../chat/chat-types';
import * as TIMING from '../realtime/timing';
import { isJoined } from '../realtime/topic';
import type { SupportMessage } from '../types';

export interface FeedOptions {
	client: ChatClient;
	userId: string;
	sync: ChatSync;
	activity: ActivityPolicy;
	view: ChatStateHolder;
	/** A catch-up went well: the server can be reached. These messages were new. */
	onCaughtUp: (added: SupportMessage[]) => void;
	/** These came by broadcast: perhaps ahead of others. */
	onHeard: (added: SupportMessage[]) => void;
	/** Any broadcast. */
	onEvent: ((event: string) => void) | undefined;
	/** The topic is joined: what waits may go out. */
	onJoined: () => void;
	/** A catch-up is over: only now it is certain that a gap cannot be filled at present. */
	onIdle: () => void;
	onSignedOut: (error: ChatError) => void;
}

/** Where a chat's rows come from, and when: while it is active everything, else only the number of unread ones. */
export class ChatFeed {
	readonly #options: FeedOptions;
	readonly #live: Live;
	/** Signed out, or the chat is gone: stop requests and subscriptions. */
	#paused = false;
	/** The server rejected it: retry only when the page wakes up or a user asks. */
	#refused = false;
	#stopped = false;
	/** When the chat was last loaded as a whole. */
	#loadedAt = -Infinity;

	constructor(options: FeedOptions) {
		const { sync, activity, view } = options;
		this.#options = options;
		this.#live = new Live({
			...options,
			// Who may not read the chat may not listen either.
			topic: () => {
				const isWanted = this.active && !this.#refused && sync.chatId !== null;
				return isWanted ? `support_chat:${sync.chatId}` : null;
			},
			onEvent: (event, payload) => {
				if (event === 'new_message' && isNewMessage(payload))
					this.#live.arrived(payload.message.id);
				options.onHeard(sync.applyBroadcast(event, payload));
				options.onEvent?.(event);
			},
			onTopic: (state) => this.#topicChanged(isJoined(state), state === 'live'),
			onConnection: (connection) => view.update({ connection }),
			catchUp: () => this.#catchUp(),
			pollEvery: () => {
				if (this.#refused || !this.active) return null;
				return activity.open ? TIMING.pollOpen : TIMING.pollClosed;
			},
		});
	}

	/** Messages are loaded and listened to, not just counted. */
	get active(): boolean {
		return this.#options.activity.active && !this.#paused;
	}

	get catchingUp(): boolean {
		return this.#live.catchingUp;
	}

	/** Catches up now, or right after the catch-up under way. */
	request(): Promise<void> {
		return this.#live.request();
	}

	/** A request failed that may go well later: the stream may be dead, too. */
	suspect(): void {
		this.#live.suspect();
	}

	/** A message of ours was stored: its broadcast is due, unless it is here already. */
	stored(id: string): void {
		this.#live.expect(id);
	}

	/** The page or the network is back. */
	wake(): void {
		this.#refused = false;
		if (this.#age > TIMING.probeLive) this.#options.sync.stale = true;
		void this.#live.request();
	}

	/** Loads the chat as a whole again. */
	reload(): Promise<void> {
		this.#refused = false;
		this.#options.sync.stale = true;
		return this.#live.request();
	}

	/** Messages may have been deleted: drop those that are not found. */
	reconcile(): void {
		this.#options.sync.purge = true;
		void this.reload();
	}

	pause(paused: boolean): void {
		this.#paused = paused;
		this.apply();
	}

	/** The activity or the chat's id changed. */
	apply(): void {
		if (this.#stopped) return;
		this.#live.apply();
		if (this.active && this.#options.sync.stale && !this.#refused) void this.#live.request();
	}

	stop(): void {
		this.#stopped = true;
		this.#live.stop();
	}

	failed(error: ChatError): void {
		const { client, sync, view, onSignedOut } = this.#options;
		if (!view.state.loaded) view.update({ loadError: error });
		if (error.kind === 'signed_out') onSignedOut(error);
		if (error.kind !== 'refused') return;
		const gone = error.code === 'support_chat_not_found';
		// A customer's chat was deleted: the next load makes another.
		if (gone && !client.agent) return sync.forget();
		this.#refused = true;
		view.update({ gone });
		if (gone) this.#paused = true;
		this.apply();
	}

	/** Milliseconds since the chat was loaded as a whole. */
	get #age(): number {
		return this.#options.client.environment.now() - this.#loadedAt;
	}

	async #catchUp(): Promise<ChatError | null> {
		const { client, sync, view, onCaughtUp } = this.#options;
		if (this.#paused) return null;
		if (!this.active) return this.#countUnread();
		const whole = sync.stale;
		view.update({ loading: !view.state.loaded });
		const { data, error } = await sync.catchUp();
		if (this.#stopped) return null;
		view.update({ loading: false });
		if (error) this.failed(error);
		else {
			if (whole) this.#loadedAt = client.environment.now();
			onCaughtUp(data);
		}
		return error;
	}

	/** One cheap call for the badge. */
	async #countUnread(): Promise<ChatError | null> {
		const { client, userId, sync, view, activity } = this.#options;
		if (client.agent) return null;
		const { data, error } = await client.api.getUnread(userId);
		if (this.#stopped) return null;
		// While nobody listens, what is here falls behind.
		sync.stale = true;
		if (error) this.failed(error);
		else view.update({ unread: data?.unread_count ?? 0 });
		if (data?.awaiting_answer) activity.await(TIMING.awaitAnswer);
		return error;
	}

	#topicChanged(joined: boolean, live: boolean): void {
		const { sync, onJoined } = this.#options;
		if (!joined) {
			if (this.#live.state === null) sync.stale = true;
			return;
		}
		// Do not reload in full data that was loaded a moment ago.
		const isFresh = this.#age < TIMING.reconnectGrace;
		if (!live && !isFresh) sync.stale = true;
		if (live || !isFresh) void this.#live.request();
		onJoined();
	}
}
