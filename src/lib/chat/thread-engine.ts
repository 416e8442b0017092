import { ActivityPolicy } from './activity';
import { Announcer } from './announcer';
import type { ChatClient } from './client';
import { chatError, type ChatError } from './errors';
import { News } from './news';
import { Outbox } from './outbox';
import { Reading } from './reading';
import { Sender } from './sender';
import { ThreadFeed } from './thread-feed';
import { storedMessages, unsentMessages } from './thread-screen';
import { ThreadSync } from './thread-sync';
import type { ThreadOptions, ThreadView } from './thread-types';
import * as TIMING from './timing';
import type { SenderType, SupportAttachment, SupportMessage } from './types';
import { Typing } from './typing';

/**
 * One chat for one signed-in user, from the first request to `stop()`: puts the parts together. Another user gets another
 * engine, so nothing of the former can be left over. What there is to show it writes into the view: always a function of
 * rows and unsent messages, never of events.
 */
export class ThreadEngine {
	readonly activity: ActivityPolicy;
	readonly feed: ThreadFeed;
	readonly sender: Sender;
	readonly sync: ThreadSync;
	readonly reading: Reading;
	readonly typing: Typing;
	readonly #news: News;
	readonly #client: ChatClient;
	readonly #userId: string;
	readonly #options: ThreadOptions;
	readonly #view: ThreadView;
	readonly #own: SenderType;
	readonly #unlisten: (() => void)[];
	#stopped = false;

	constructor(
		client: ChatClient,
		userId: string,
		options: ThreadOptions,
		view: ThreadView,
		onSignedOut: (error: ChatError) => void,
	) {
		const { environment, api, storagePrefix } = client;
		const { chatId = null, selfName = null, onNewMessages } = options;
		const own = client.staff ? 'admin' : 'user';
		const mine = `${storagePrefix}${userId}:`;
		const scope = `${mine}${chatId ?? 'own'}:`;
		const sync = new ThreadSync(client, userId, chatId);
		const outbox = new Outbox(environment.storage, scope);
		const activity = new ActivityPolicy(environment, () => this.#applyActivity());
		this.#client = client;
		this.#userId = userId;
		this.#options = options;
		this.#view = view;
		this.#own = own;
		this.sync = sync;
		this.activity = activity;
		this.#news = new News(new Announcer(environment, mine), own, onNewMessages);
		this.typing = new Typing(environment, own, selfName, (typing) => view.update({ typing }));
		this.reading = new Reading(environment, sync, activity, own === 'admin', (error) => {
			if (error) this.feed.failed(error);
			else this.show();
		});
		this.sender = new Sender({
			...{ api, environment, outbox, userId, onSignedOut },
			lockName: `${scope}send`,
			chatId: () => sync.chatId,
			onStored: (message) => {
				this.#took(sync.log.merge([message]));
				options.onSent?.(message);
			},
			onChange: () => this.show(),
			onChatMissing: () => this.#replaceChat(),
		});
		this.feed = new ThreadFeed({
			...{ client, userId, sync, activity, view, onSignedOut },
			onCaughtUp: (added) => this.#caughtUp(added),
			onHeard: (added) => this.#took(added),
			onEvent: options.onEvent,
			onJoined: () => this.sender.reachable(),
			onIdle: () => this.show(),
		});
		this.#unlisten = [
			environment.on('wake', () => this.wake()),
			environment.onStorage((key) => {
				if (outbox.concerns(key)) void this.#outboxChanged();
			}),
		];
	}

	start(): void {
		const { initial, badge } = this.#options;
		this.activity.always = this.#client.staff !== undefined;
		if (initial) this.#caughtUp(this.sync.take(initial));
		if (badge) this.#view.update({ unread: badge.unread_count });
		// What is left unsent from the last visit goes out now.
		if (badge?.awaiting_answer || this.sender.outbox.list().length > 0)
			this.activity.await(TIMING.awaitAnswer);
		this.show();
		this.#applyActivity();
		if (!this.feed.active && badge === undefined) void this.feed.request();
		this.sender.send();
	}

	stop(): void {
		this.#stopped = true;
		for (const off of this.#unlisten) off();
		const { activity, sender, reading, typing, feed } = this;
		for (const part of [activity, sender, reading, typing, feed]) part.stop();
	}

	/** The session ended; what is in sight stays, for the same user's return. Or it is back. */
	pause(paused: boolean): void {
		this.feed.pause(paused);
		this.#applyActivity();
		if (!paused) this.wake();
	}

	/** The page or the network is back: look again, and send what waits. */
	wake(): void {
		this.sender.revive();
		this.feed.wake();
	}

	/** Sends clean text and checked files: the bubble is there at once. */
	send(content: string, attachments: SupportAttachment[] = []): string {
		const id = this.sender.write(content, attachments);
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
		const { sync, sender } = this;
		const { loaded, unread } = this.#view.state;
		const own = this.#own;
		const stored = loaded ? storedMessages(sync, own, this.feed.catchingUp) : [];
		const isCounted = loaded && this.feed.active && own === 'user';
		const unreadHere = sync.log.unread.filter((row) => row.seq > this.reading.readTo).length;
		this.#view.update({
			chat: sync.chat,
			messages: [...stored, ...unsentMessages(sender, sync, own, this.#client)],
			hasOlder: sync.log.hasOlder,
			awaitingAnswer: this.activity.awaitingAnswer,
			unread: isCounted ? unreadHere + sync.unreadBefore : unread,
		});
	}

	#caughtUp(added: SupportMessage[]): void {
		this.#view.update({ loaded: true, loadError: null });
		this.#options.onCaughtUp?.();
		this.#arrived(added);
		this.#applyActivity();
		this.sender.reachable();
	}

	/** Rows from a broadcast or an answer to a send: they may be ahead of others. */
	#took(added: SupportMessage[]): void {
		// First, so that what is ahead of a gap waits in the dark while the gap is being filled.
		if (this.sync.log.hasGap) void this.feed.request();
		this.#arrived(added);
	}

	#arrived(added: SupportMessage[]): void {
		const { staff, clock } = this.#client;
		for (const row of added) {
			clock.observeStored(row.created_at);
			// Written here, in another tab or on another device: an answer is awaited.
			if (row.sender_type === 'user' && !staff)
				this.activity.await(Date.parse(row.created_at) + TIMING.awaitAnswer - clock.now());
			if (row.sender_type === this.#own) this.sender.outbox.remove(row.id);
			else this.typing.clear();
			// A customer's message brings an archived chat back.
			if (row.sender_type === 'user') this.sync.update({ archived: false });
		}
		if (this.#view.state.loaded) this.#news.look(this.sync);
		this.show();
		this.reading.kick();
	}

	#applyActivity(): void {
		if (this.#stopped) return;
		const { sync, activity, typing, feed } = this;
		this.#view.update({ awaitingAnswer: activity.awaitingAnswer });
		feed.apply();
		if (feed.active && activity.open && sync.chatId !== null)
			typing.listen(this.#client.connection, sync.chatId, this.#userId);
		else typing.stop();
		this.reading.kick();
	}

	/** Answers whether there is another chat to send to. */
	async #replaceChat(): Promise<boolean> {
		this.feed.failed(chatError('support_chat_not_found', 404));
		if (this.#client.staff) return false;
		await this.feed.request();
		return this.sync.chatId !== null;
	}

	/** Another tab wrote, sent or discarded something. What it sent is fetched before its bubble goes. */
	async #outboxChanged(): Promise<void> {
		if (this.feed.active) await this.feed.request();
		this.show();
		this.sender.send();
	}
}
