import type { PhoenixChannel } from '../phoenix-channel';
import { PhoenixSocket, type PhoenixOptions } from '../phoenix-socket';
import type { TopicListener, TopicState } from '../topic';

/** A tab without a sign of life for this long is gone. */
const TAB_SILENCE = 180_000;

/** A topic, and whether with presence. */
export type Want = [topic: string, presence: boolean];

/** The connection of the leading tab: joins the topics that the tabs want. */
export class TabLeader {
	readonly #socket: PhoenixSocket;
	readonly #options: PhoenixOptions;
	readonly #userId: string;
	readonly #listenerOf: (topic: string) => TopicListener;
	readonly #tabs = new Map<string, { wants: Want[]; seenAt: number }>();
	readonly #channels = new Map<string, PhoenixChannel>();

	/** `listenerOf`: the listener that publishes the events of a topic to the tabs. */
	constructor(
		options: PhoenixOptions,
		userId: string,
		listenerOf: (topic: string) => TopicListener,
	) {
		this.#socket = new PhoenixSocket(options);
		this.#options = options;
		this.#userId = userId;
		this.#listenerOf = listenerOf;
	}

	/** The states of all topics, for a tab that has just come. */
	get states(): [topic: string, state: TopicState][] {
		return Array.from(this.#channels, ([topic, { state }]) => [topic, state]);
	}

	/** Replaces the topics that one tab wants. */
	want(tab: string, wants: Want[]): void {
		this.#tabs.set(tab, { wants, seenAt: this.#options.environment.now() });
		// The leader's own timers may be slowed down; messages of visible tabs are not.
		this.#socket.beatIfDue();
		this.#reconcile();
	}

	send(topic: string, event: string, payload: Record<string, unknown>): void {
		this.#channels.get(topic)?.send(event, payload);
	}

	sessionChanged(): void {
		void this.#socket.sessionChanged();
	}

	close(): void {
		this.#socket.close();
	}

	/** Joins topics that a tab wants, leaves the others. */
	#reconcile(): void {
		// A crashed tab does not say that it leaves. Hidden tabs send about once a minute.
		const oldest = this.#options.environment.now() - TAB_SILENCE;
		const wanted = new Map<string, boolean>();
		for (const { wants, seenAt } of this.#tabs.values())
			for (const [topic, presence] of seenAt < oldest ? [] : wants)
				wanted.set(topic, presence || (wanted.get(topic) ?? false));
		for (const [topic, channel] of this.#channels) {
			// A channel joined without presence must rejoin to get it.
			if (wanted.has(topic) && (channel.presence || !wanted.get(topic))) continue;
			this.#channels.delete(topic);
			this.#socket.leave(channel);
		}
		for (const [topic, presence] of wanted) {
			if (this.#channels.has(topic)) continue;
			const listener = { ...this.#listenerOf(topic), presence };
			this.#channels.set(topic, this.#socket.channel(topic, this.#userId, listener));
		}
	}
}
