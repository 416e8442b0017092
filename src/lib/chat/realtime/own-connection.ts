import type { PhoenixChannel } from './phoenix-channel';
import type { ChatConnection, TopicListener, TopicSubscription } from './topic';
import { PhoenixSocket, type PhoenixOptions } from './phoenix-socket';

/** This tab's own socket. Several listeners of one topic share its channel. */
export class OwnConnection implements ChatConnection {
	readonly #options: PhoenixOptions;
	readonly #topics = new Map<string, [channel: PhoenixChannel, listeners: Set<TopicListener>]>();
	/** Made when it is first wanted: a page that is only rendered has none. */
	#socket: PhoenixSocket | null = null;

	constructor(options: PhoenixOptions) {
		this.#options = options;
	}

	subscribe(topic: string, userId: string, listener: TopicListener): TopicSubscription {
		const socket = (this.#socket ??= new PhoenixSocket(this.#options));
		const known = this.#topics.get(topic);
		const listeners = known?.[1] ?? new Set();
		listeners.add(listener);
		const channel =
			known?.[0] ??
			socket.channel(topic, userId, {
				onState: (state) => listeners.forEach((one) => one.onState(state)),
				onEvent: (event, payload) => listeners.forEach((one) => one.onEvent(event, payload)),
				presence: listener.presence ?? false,
			});
		if (known) listener.onState(channel.state);
		else this.#topics.set(topic, [channel, listeners]);
		return {
			send: (event, payload) => channel.send(event, payload),
			leave: () => {
				listeners.delete(listener);
				if (listeners.size > 0 || this.#topics.get(topic)?.[0] !== channel) return;
				this.#topics.delete(topic);
				socket.leave(channel);
			},
		};
	}

	sessionChanged(): void {
		void this.#socket?.sessionChanged();
	}

	close(): void {
		this.#topics.clear();
		this.#socket?.close();
		this.#socket = null;
	}
}
