import type { ChatClient } from '../client';
import type { ChatError } from '../errors';
import { ConnectionStatus } from './connection-status';
import { Poller } from './poller';
import type { TopicState, TopicSubscription } from '../realtime/topic';
import type { ConnectionState } from '../types';
import * as TIMING from '../realtime/timing';

/** If the broadcast of a stored message has not come after this, the stream is dead. Milliseconds. */
const BROADCAST_DUE = 2_000;
/** Between catch-ups while live and hidden. */
const PROBE_HIDDEN = 180_000;

export interface LiveOptions {
	client: ChatClient;
	userId: string;
	/** Which topic to listen to; null for none at present. */
	topic: () => string | null;
	onEvent: (event: string, payload: unknown) => void;
	/** The topic was joined, is live, or was left. */
	onTopic: (state: TopicState | null) => void;
	onConnection: (state: ConnectionState) => void;
	/** Loads what is missing here. */
	catchUp: () => Promise<ChatError | null>;
	/** A catch-up is over, and none follows at once. */
	onIdle?: () => void;
	/** Between catch-ups while the socket cannot be had, milliseconds; null for none. */
	pollEvery: () => number | null;
}

/**
 * Keeps data up to date. Broadcasts are hints; it loads the rows on every join, when the stream is ready,
 * on waking up, and periodically. Without a socket it polls every few seconds.
 */
export class Live {
	/** Null while nothing is listened to. */
	state: TopicState | null = null;
	readonly #options: LiveOptions;
	readonly #poller: Poller;
	readonly #status: ConnectionStatus;
	readonly #unlisten: () => void;
	/**
	 * A request failed, or a broadcast did not come: the stream may be dead although the topic is joined. The number of catch-ups
	 * since then; the pause before each is twice the pause before it. Null while the stream is trusted.
	 */
	#doubts: number | null = null;
	/** Expected broadcasts by the caller's name for them, each with the function that ends the wait. */
	readonly #expected = new Map<string, () => void>();
	#topic: string | null = null;
	#subscription: TopicSubscription | null = null;

	constructor(options: LiveOptions) {
		const { client, onConnection, onIdle } = options;
		const { environment } = client;
		this.#options = options;
		this.#status = new ConnectionStatus(environment, onConnection);
		this.#poller = new Poller(
			environment,
			() => this.#catchUp(),
			() => this.#interval(),
			onIdle,
		);
		this.#unlisten = environment.on('offline', () => this.#status.update({}));
	}

	get catchingUp(): boolean {
		return this.#poller.running;
	}

	/** Catches up now, or right after the catch-up under way. */
	request(): Promise<void> {
		this.#status.update({});
		return this.#poller.request();
	}

	/** The stream may be dead: catches up now, and more often until a broadcast or a join proves it alive. */
	suspect(): void {
		if (this.state === null) return;
		this.#doubts = 0;
		void this.request();
	}

	/** A stored message is also broadcast; if that does not arrive soon, the stream is dead. */
	expect(name: string): void {
		if (this.state !== 'live' || this.#expected.has(name)) return;
		const { environment } = this.#options.client;
		const cancel = environment.after(BROADCAST_DUE, () => {
			this.#expected.delete(name);
			this.suspect();
		});
		this.#expected.set(name, cancel);
	}

	/** An expected broadcast has come. */
	arrived(name: string): void {
		this.#expected.get(name)?.();
		this.#expected.delete(name);
	}

	/** The topic or the polling interval may have changed. */
	apply(): void {
		const topic = this.#options.topic();
		if (topic !== this.#topic) this.#listen(topic);
		this.#poller.reschedule();
	}

	stop(): void {
		this.#forgetExpected();
		this.#unlisten();
		this.#poller.stop();
		this.#subscription?.leave();
		this.#topic = null;
		this.#status.stop();
	}

	#listen(topic: string | null): void {
		const { client, userId, onEvent } = this.#options;
		this.#topic = topic;
		this.#subscription?.leave();
		this.#subscription = null;
		this.#changed(null);
		if (topic === null) return;
		const isCurrent = (): boolean => this.#topic === topic;
		this.#subscription = client.connection.subscribe(topic, userId, {
			onState: (state) => isCurrent() && this.#changed(state),
			onEvent: (event, payload) => {
				if (!isCurrent()) return;
				if (this.#doubts !== null) {
					this.#doubts = null;
					this.#poller.reschedule();
				}
				onEvent(event, payload);
			},
		});
	}

	#changed(state: TopicState | null): void {
		if (state === this.state) return;
		this.state = state;
		// A new join reports by itself when its stream is ready.
		if (state === 'live') this.#doubts = null;
		else this.#forgetExpected();
		this.#status.update({ topic: state });
		this.#options.onTopic(state);
		this.#poller.reschedule();
	}

	async #catchUp(): Promise<ChatError | null> {
		const error = await this.#options.catchUp();
		if (error?.kind === 'retry') this.#doubts = 0;
		else if (this.#doubts !== null) this.#doubts++;
		const unreachable = error?.code === 'network' || error?.code === 'timeout';
		this.#status.update({ unreachable: unreachable && this.#poller.failures > 0 });
		return error;
	}

	#interval(): number | null {
		const pollEvery = this.#options.pollEvery();
		if (pollEvery === null) return null;
		const visible = this.#options.client.environment.isVisible();
		if (this.state === 'live') {
			if (!visible) return PROBE_HIDDEN;
			const soon = this.#doubts === null ? Infinity : pollEvery * 2 ** this.#doubts;
			return Math.min(TIMING.probeLive, soon);
		}
		return visible ? pollEvery : TIMING.pollHidden;
	}

	#forgetExpected(): void {
		for (const cancel of this.#expected.values()) cancel();
		this.#expected.clear();
	}
}
