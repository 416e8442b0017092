import type { ActivityPolicy } from './activity';
import type { ChatClient } from './client';
import { onWake } from './environment';
import type { ChatError } from './errors';
import { parseChatEvent } from './guards';
import { Indicator } from './indicator';
import { TIMING } from './limits';
import { Poller } from './poller';
import type { ThreadSync } from './thread-sync';
import { TopicLink } from './topic-link';
import type { ChatRole, ConnectionState, SupportMessage } from './types';

export interface LiveOptions {
	client: ChatClient;
	role: ChatRole;
	userId: string;
	sync: ThreadSync;
	activity: ActivityPolicy;
	/** A catch-up went well; these messages were new. The server can be reached. */
	onCaughtUp: (added: SupportMessage[]) => void;
	/** These came by broadcast: perhaps ahead of others. */
	onHeard: (added: SupportMessage[]) => void;
	/** Something else changed: what was read, who looked. */
	onChange: () => void;
	onBadge: (unread: number, awaitingAnswer: boolean) => void;
	/** The topic is joined: what waits may go out. */
	onJoined: () => void;
	/** A first load began or ended. */
	onLoading: (loading: boolean) => void;
	onError: (error: ChatError) => void;
	onConnection: (state: ConnectionState) => void;
}

/**
 * Keeps one chat up to date. Broadcasts are hints; the rows are asked for on every join, when the stream is up, on a gap,
 * on waking up, and now and then; while the socket cannot be had, every few seconds.
 */
export class ThreadLive {
	/** The server said no: not asked again until the page wakes up or somebody wants it. */
	refused = false;
	readonly #options: LiveOptions;
	readonly #poller: Poller;
	readonly #link: TopicLink;
	readonly #indicator: Indicator;
	readonly #unlisten: (() => void)[];
	#paused = false;
	#stopped = false;
	/** When the chat was last loaded as a whole. */
	#loadedAt = -Infinity;

	constructor(options: LiveOptions) {
		const { environment, connection } = options.client;
		this.#options = options;
		this.#indicator = new Indicator(environment, options.onConnection);
		this.#link = new TopicLink(connection, options.userId, {
			onState: () => this.#linkChanged(),
			onEvent: (event, payload) => this.#heard(event, payload),
		});
		this.#poller = new Poller({
			environment,
			run: () => this.#run(),
			interval: () => this.#interval,
			// Only now it is certain that a gap cannot be filled at present.
			onIdle: options.onChange,
		});
		this.#unlisten = [
			onWake(environment, () => this.wake()),
			environment.on('offline', () => this.#indicator.update({})),
		];
	}

	/** Messages are loaded and listened to, not just counted. */
	get active(): boolean {
		return this.#options.activity.active && !this.#paused;
	}

	get catchingUp(): boolean {
		return this.#poller.running;
	}

	/** Catches up now, or right after the catch-up under way. */
	request(): Promise<void> {
		return this.#poller.request();
	}

	/** The page or the network is back. */
	wake(): void {
		this.refused = false;
		const age = this.#options.client.environment.now() - this.#loadedAt;
		if (age > TIMING.probeLive) this.#options.sync.stale = true;
		this.#indicator.update({});
		void this.#poller.request();
	}

	/** Nobody is signed in (any more): nothing is asked or listened to. */
	pause(paused: boolean): void {
		this.#paused = paused;
		this.apply();
	}

	/** The activity or the chat's id changed. */
	apply(): void {
		if (this.#stopped) return;
		const { sync } = this.#options;
		const chatId = this.active ? sync.chatId : null;
		this.#link.want(chatId && `support_chat:${chatId}`);
		if (this.active && sync.stale && !this.refused) void this.#poller.request();
		else this.#poller.reschedule();
	}

	stop(): void {
		this.#stopped = true;
		for (const off of this.#unlisten) off();
		this.#poller.stop();
		this.#link.want(null);
		this.#indicator.stop();
	}

	async #run(): Promise<ChatError | null> {
		const { sync, role, onLoading } = this.#options;
		if (this.#paused) return null;
		if (!this.active) return role === 'user' ? this.#countUnread() : null;
		const whole = sync.stale;
		onLoading(true);
		const { data, error } = await sync.catchUp();
		if (this.#stopped) return null;
		onLoading(false);
		const unreachable = error?.code === 'network' || error?.code === 'timeout';
		this.#indicator.update({ unreachable: unreachable && this.#poller.failures > 0 });
		if (error) this.#options.onError(error);
		else {
			if (whole) this.#loadedAt = this.#options.client.environment.now();
			this.#options.onCaughtUp(data);
		}
		return error;
	}

	/** One cheap call for the badge. */
	async #countUnread(): Promise<ChatError | null> {
		const { client, userId, sync } = this.#options;
		const { data, error } = await client.api.getUnread({ as: userId });
		if (this.#stopped) return null;
		// While nobody listens, what is here falls behind.
		sync.stale = true;
		if (error) this.#options.onError(error);
		else this.#options.onBadge(data.row?.unread_count ?? 0, data.row?.awaiting_answer ?? false);
		return error;
	}

	#heard(event: string, payload: unknown): void {
		const message = parseChatEvent(event, payload);
		const { sync, onHeard, onChange } = this.#options;
		if (!message || this.#stopped) return;
		if (message.type === 'new_message') {
			// A broadcast is a hint: a row that was read from the database is never changed by it.
			if (message.message.chat_id !== sync.chatId || sync.log.has(message.message.id)) return;
			return onHeard(sync.log.merge([message.message]));
		}
		if (message.chat_id !== sync.chatId) return;
		if (message.type === 'messages_read') sync.read(message.up_to_seq, message.read_at);
		else sync.viewed(message.admin_viewed_at);
		onChange();
	}

	#linkChanged(): void {
		const { client, sync, onJoined } = this.#options;
		const { state, isJoined } = this.#link;
		this.#indicator.update({ topic: state });
		if (state === null) sync.stale = true;
		if (isJoined) {
			// What was loaded a moment ago need not be loaded again as a whole.
			const isFresh = client.environment.now() - this.#loadedAt < TIMING.reconnectGrace;
			if (state === 'joined' && !isFresh) sync.stale = true;
			if (state === 'live' || !isFresh) void this.#poller.request();
			onJoined();
		}
		this.#poller.reschedule();
	}

	get #interval(): number | null {
		const { activity, client } = this.#options;
		if (this.refused || !this.active) return null;
		const visible = client.environment.isVisible();
		if (this.#link.state === 'live') return visible ? TIMING.probeLive : TIMING.probeHidden;
		if (!visible) return TIMING.pollHidden;
		return activity.open ? TIMING.pollOpen : TIMING.pollClosed;
	}
}
