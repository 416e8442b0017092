import type { ChatConnection, TopicListener, TopicState, TopicSubscription } from './connection';

/** At most one subscription at a time: to the topic that is wanted now, or to none. */
export class TopicLink {
	/** Null while nothing is subscribed. */
	state: TopicState | null = null;
	#topic: string | null = null;
	#subscription: TopicSubscription | null = null;

	constructor(
		private readonly connection: ChatConnection,
		private readonly userId: string,
		private readonly listener: Omit<TopicListener, 'onState'> & {
			onState: (state: TopicState | null) => void;
		},
	) {}

	get isJoined(): boolean {
		return this.state === 'joined' || this.state === 'live';
	}

	want(topic: string | null): void {
		if (topic === this.#topic) return;
		this.#topic = topic;
		this.#subscription?.leave();
		this.#subscription = null;
		this.#set(null);
		if (topic === null) return;
		this.#subscription = this.connection.subscribe(topic, this.userId, {
			...this.listener,
			onState: (state) => {
				if (this.#topic === topic) this.#set(state);
			},
		});
	}

	#set(state: TopicState | null): void {
		if (state === this.state) return;
		this.state = state;
		this.listener.onState(state);
	}
}
