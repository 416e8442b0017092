import type { ChatClient } from './client';
import type { ChatError } from './errors';
import { Indicator } from './indicator';
import { Poller } from './poller';
import type { TopicState, TopicSubscription } from './topic';
import type { ConnectionState } from './types';
import * as TIMING from './timing';

export interface LiveOptions {
	client: ChatClient;
	userId: string;
	/** Which topic to listen to; null for none at present. */
	topic: () => string | null;
	onEvent: (event: string, payload: unknown) => void;
	/** The topic was joined, is live, or was left. */
	onTopic: (state: TopicState | null) => void;
	onConnection: (state: ConnectionState) => void;
	/** Brings what is here up to date. */
	catchUp: () => Promise<ChatError | null>;
	/** A catch-up is over, and none follows at once. */
	onIdle?: () => void;
	/** Between catch-ups while the socket cannot be had, milliseconds; null for none. */
	pollEvery: () => number | null;
}

/**
 * Keeps something up to date. Broadcasts are hints; the truth is asked for on every join, when the stream is up, on waking
 * up, and now and then; while the socket cannot be had, every few seconds.
 */
export class Live {
	/** Null while nothing is listened to. */
	state: TopicState | null = null;
	readonly #options: LiveOptions;
	readonly #poller: Poller;
	readonly #indicator: Indicator;
	readonly #unlisten: () => void;
	#topic: string | null = null;
	#subscription: TopicSubscription | null = null;

	constructor(options: LiveOptions) {
		const { client, onConnection, onIdle } = options;
		const { environment } = client;
		this.#options = options;
		this.#indicator = new Indicator(environment, onConnection);
		this.#poller = new Poller(
			environment,
			() => this.#catchUp(),
			() => this.#interval(),
			onIdle,
		);
		this.#unlisten = environment.on('offline', () => this.#indicator.update({}));
	}

	get catchingUp(): boolean {
		return this.#poller.running;
	}

	/** Catches up now, or right after the catch-up under way. */
	request(): Promise<void> {
		this.#indicator.update({});
		return this.#poller.request();
	}

	/** The topic, or how often to look, may have changed. */
	apply(): void {
		const topic = this.#options.topic();
		if (topic !== this.#topic) this.#listen(topic);
		this.#poller.reschedule();
	}

	stop(): void {
		this.#unlisten();
		this.#poller.stop();
		this.#subscription?.leave();
		this.#topic = null;
		this.#indicator.stop();
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
			onEvent: (event, payload) => isCurrent() && onEvent(event, payload),
		});
	}

	#changed(state: TopicState | null): void {
		if (state === this.state) return;
		this.state = state;
		this.#indicator.update({ topic: state });
		this.#options.onTopic(state);
		this.#poller.reschedule();
	}

	async #catchUp(): Promise<ChatError | null> {
		const error = await this.#options.catchUp();
		const unreachable = error?.code === 'network' || error?.code === 'timeout';
		this.#indicator.update({ unreachable: unreachable && this.#poller.failures > 0 });
		return error;
	}

	#interval(): number | null {
		const pollEvery = this.#options.pollEvery();
		if (pollEvery === null) return null;
		const visible = this.#options.client.environment.isVisible();
		if (this.state === 'live') return visible ? TIMING.probeLive : TIMING.probeHidden;
		return visible ? pollEvery : TIMING.pollHidden;
	}
}
