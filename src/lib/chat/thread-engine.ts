import { ActivityPolicy } from './activity';
import { Announcer } from './announcer';
import type { ChatClient } from './client';
import { chatError, type ChatError } from './errors';
import { TIMING } from './limits';
import { ThreadLive } from './thread-live';
import { ownSender } from './thread-messages';
import { ThreadNews } from './thread-news';
import { ThreadReading } from './thread-reading';
import { ThreadScreen } from './thread-screen';
import { ThreadSync } from './thread-sync';
import type { ThreadOptions, ThreadView } from './thread-types';
import { ThreadWriting } from './thread-writing';
import type { SupportMessage } from './types';

/**
 * One chat for one signed-in user, from the first request to `stop()`: puts the parts together. Another user gets another
 * engine, so nothing of the former can be left over. What there is to show it writes into the view.
 */
export class ThreadEngine {
	readonly activity: ActivityPolicy;
	readonly sync: ThreadSync;
	readonly writing: ThreadWriting;
	readonly reading: ThreadReading;
	readonly live: ThreadLive;
	readonly #news: ThreadNews;
	readonly #screen: ThreadScreen;
	readonly #unlisten: () => void;
	#stopped = false;

	constructor(
		private readonly client: ChatClient,
		private readonly userId: string,
		private readonly options: ThreadOptions,
		private readonly view: ThreadView,
		private readonly onSignedOut: (error: ChatError) => void,
	) {
		const { environment, api, clock } = client;
		const { role, chatId = null } = options;
		const mine = `${client.storagePrefix}${role}:${userId}:`;
		const base = { role, userId, api, environment, client };
		const onChange = (): void => this.show();
		const onError = (error: ChatError): void => this.#failed(error);
		const sync = new ThreadSync(api, role, userId, chatId);
		const activity = new ActivityPolicy(environment, () => this.#applyActivity());
		this.sync = sync;
		this.activity = activity;
		this.#news = new ThreadNews(new Announcer(environment, mine), sync, options);
		this.reading = new ThreadReading({ ...base, sync, activity, onChange, onError });
		this.writing = new ThreadWriting(client, mine, options, {
			userId,
			onTyping: (typing) => (view.typing = typing),
			chatId: () => sync.chatId,
			onStored: (message) => this.#took(sync.log.merge([message])),
			onChange,
			onSignedOut,
			onChatMissing: () => this.#replaceChat(),
		});
		this.live = new ThreadLive({
			...{ ...base, sync, activity, onChange, onError },
			onCaughtUp: (added) => this.#caughtUp(added),
			onHeard: (added) => this.#took(added),
			onBadge: (unread, awaitingAnswer) => this.#takeBadge(unread, awaitingAnswer),
			onJoined: () => this.writing.sender.revive(),
			onLoading: (loading) => (view.loading = loading && !view.loaded),
			onConnection: (state) => (view.connection = state),
		});
		const { outbox, sender } = this.writing;
		this.#screen = new ThreadScreen({
			...{ role, view, sync, clock, outbox, sender },
			localNow: () => environment.now(),
			catchingUp: () => this.live.catchingUp,
			readTo: () => this.reading.readTo,
		});
		this.#unlisten = environment.onStorage((key) => {
			if (outbox.concerns(key)) void this.#outboxChanged();
		});
	}

	start(): void {
		const { role, initial, badge } = this.options;
		if (role === 'staff') this.activity.mode = 'on';
		if (initial) this.#loaded(this.sync.take(initial));
		if (badge) this.#takeBadge(badge.unread_count, badge.awaiting_answer);
		// What is left unsent from the last visit goes out now.
		if (!this.writing.isEmpty) this.activity.await(TIMING.awaitAnswer);
		this.show();
		this.#applyActivity();
		if (!this.live.active && badge === undefined) void this.live.request();
		this.writing.sender.send();
	}

	stop(): void {
		this.#stopped = true;
		this.#unlisten();
		for (const part of [this.activity, this.writing, this.reading, this.live]) part.stop();
	}

	/** The session ended. What is in sight stays, for the same user's return. */
	pause(): void {
		this.live.pause(true);
	}

	resume(): void {
		this.live.pause(false);
		this.live.wake();
		this.writing.sender.revive();
	}

	/** Sends clean text: its bubble is there at once. */
	send(content: string): string {
		const id = this.writing.write(content);
		this.activity.await(TIMING.awaitAnswer);
		this.show();
		return id;
	}

	/** Loads the chat as a whole again. */
	async reload(): Promise<void> {
		this.sync.stale = true;
		this.live.refused = false;
		await this.live.request();
	}

	async loadOlder(): Promise<void> {
		const { view, sync } = this;
		if (view.loadingOlder || !sync.log.hasOlder) return;
		view.loadingOlder = true;
		const error = await sync.older();
		if (this.#stopped) return;
		view.loadingOlder = false;
		view.olderError = error;
		if (error?.kind === 'signed_out') this.onSignedOut(error);
		this.show();
	}

	show(): void {
		if (!this.#stopped) this.#screen.draw(this.view.loaded && this.live.active);
	}

	#caughtUp(added: SupportMessage[]): void {
		this.#loaded(added);
		this.writing.sender.revive();
		this.writing.sender.send();
	}

	#loaded(added: SupportMessage[]): void {
		const { view, sync, client, options } = this;
		view.loaded = true;
		view.loadError = null;
		const last = sync.log.rows.findLast((row) => row.sender_type === 'user');
		if (last && options.role === 'user')
			this.activity.await(Date.parse(last.created_at) + TIMING.awaitAnswer - client.clock.now());
		this.#arrived(added);
		this.#applyActivity();
	}

	#takeBadge(unread: number, awaitingAnswer: boolean): void {
		this.view.unread = unread;
		if (awaitingAnswer) this.activity.await(TIMING.awaitAnswer);
	}

	/** Rows from a broadcast or an answer to a send: they may be ahead of others. */
	#took(added: SupportMessage[]): void {
		// First, so that what is ahead of a gap waits in the dark while the gap is being filled.
		if (this.sync.log.hasGap) void this.live.request();
		this.#arrived(added);
	}

	#arrived(added: SupportMessage[]): void {
		const own = ownSender(this.options.role);
		for (const row of added) {
			if (row.sender_type === own) this.writing.outbox.remove(row.id);
			else this.writing.typing.clear();
			// A customer's message brings an archived chat back.
			if (row.sender_type === 'user') this.sync.update({ archived: false });
			this.client.clock.observeStored(row.created_at);
		}
		if (this.view.loaded) this.#news.look();
		this.show();
		this.reading.kick();
	}

	#applyActivity(): void {
		if (this.#stopped) return;
		const { sync, activity, live, writing, client } = this;
		this.view.awaitingAnswer = activity.awaitingAnswer;
		live.apply();
		if (live.active && activity.open && sync.chatId !== null)
			writing.typing.listen(client.connection, sync.chatId, this.userId);
		else writing.typing.stop();
		this.reading.kick();
	}

	#failed(error: ChatError): void {
		if (!this.view.loaded) this.view.loadError = error;
		if (error.kind === 'signed_out') this.onSignedOut(error);
		if (error.kind !== 'refused') return;
		const missing = error.code === 'support_chat_not_found';
		if (missing && this.options.role === 'user') {
			// Deleted: the next look makes another.
			this.#news.reset();
			return this.sync.forget();
		}
		this.live.refused = true;
		this.view.gone = missing;
		this.#applyActivity();
	}

	/** Answers whether there is another chat to send to. */
	async #replaceChat(): Promise<boolean> {
		this.#failed(chatError('support_chat_not_found', 404));
		if (this.options.role === 'staff') return false;
		await this.live.request();
		return this.sync.chatId !== null;
	}

	/** Another tab wrote, sent or discarded something. What it sent is fetched before its bubble goes. */
	async #outboxChanged(): Promise<void> {
		if (this.live.active) await this.live.request();
		this.show();
		this.writing.sender.send();
	}
}
