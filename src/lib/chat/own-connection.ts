import type { PhoenixChannel } from './channel';
import type { ChatConnection, TopicListener, TopicSubscription } from './connection';
import { PhoenixSocket, type PhoenixOptions } from './phoenix';

interface OpenTopic {
	channel: PhoenixChannel;
	listeners: Set<TopicListener>;
}

/** This tab's own socket. Several listeners of one topic share its channel. */
export class OwnConnection implements ChatConnection {
	readonly #socket: PhoenixSocket;
	readonly #topics = new Map<string, OpenTopic>();

	constructor(options: PhoenixOptions) {
		this.#socket = new PhoenixSocket(options);
	}

	subscribe(topic: string, userId: string, listener: TopicListener): TopicSubscription {
		const known = this.#topics.get(topic);
		if (known) {
			known.listeners.add(listener);
			listener.onState(known.channel.state);
		}
		const { channel, listeners } = known ?? this.#open(topic, userId, listener);
		return {
			send: (event, payload) => channel.send(event, payload),
			track: (payload) => channel.track(payload),
			leave: () => {
				listeners.delete(listener);
				if (listeners.size > 0 || this.#topics.get(topic)?.channel !== channel) return;
				this.#topics.delete(topic);
				this.#socket.leave(channel);
			},
		};
	}

	/** For the other tabs' sake: see `PhoenixSocket.beatIfDue`. */
	beatIfDue(): void {
		this.#socket.beatIfDue();
	}

	sessionChanged(): void {
		void this.#socket.sessionChanged();
	}

	close(): void {
		this.#topics.clear();
		this.#socket.close();
	}

	#open(topic: string, userId: string, listener: TopicListener): OpenTopic {
		const listeners = new Set([listener]);
		const toAll: TopicListener = {
			onState: (state) => listeners.forEach((l) => l.onState(state)),
			onEvent: (event, payload) => listeners.forEach((l) => l.onEvent(event, payload)),
			onPresence: listener.onPresence
				? (present) => listeners.forEach((l) => l.onPresence?.(present))
				: undefined,
		};
		const opened = { channel: this.#socket.channel(topic, toAll, userId), listeners };
		this.#topics.set(topic, opened);
		return opened;
	}
}
