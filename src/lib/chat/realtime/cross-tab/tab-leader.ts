import type { PhoenixChannel } from '../phoenix-channel';
import { PhoenixSocket, type PhoenixOptions } from '../phoenix-socket';
import type { TopicState } from '../topic';

/** A tab without a sign of life for this long is gone. */
const TAB_SILENCE = 180_000;

/** A topic, and whether with presence. */
export type Want = [topic: string, presence: boolean];

/** From the leader: the state of a topic, or an event on it. */
export type TopicNews =
	['state', topic: string, TopicState] | ['event', topic: string, event: string, payload: unknown];

interface LedTopic {
	channel: PhoenixChannel;
	presence: boolean;
	leave: () => void;
}

/** The connection of the leading tab: joins the topics of all tabs, and publishes events. */
export class TabLeader {
	readonly #socket: PhoenixSocket;
	readonly #options: PhoenixOptions;
	readonly #userId: string;
	readonly #publish: (news: TopicNews) => void;
	readonly #tabs = new Map<string, { wants: Want[]; heardAt: number }>();
	readonly #topics = new Map<string, LedTopic>();

	constructor(options: PhoenixOptions, userId: string, publish: (news: TopicNews) => void) {
		this.#socket = new PhoenixSocket(options);
		this.#options = options;
		this.#userId = userId;
		this.#publish = publish;
	}

	/** For a tab that just came. */
	get states(): TopicNews[] {
		return Array.from(this.#topics, ([topic, { channel }]) => ['state', topic, channel.state]);
	}

	/** The current wishes of one tab. */
	want(tab: string, wants: Want[]): void {
		this.#tabs.set(tab, { wants, heardAt: this.#options.environment.now() });
		// The leader's own timers may be slowed down; questions of visible tabs are not.
		this.#socket.beatIfDue();
		this.#reconcile();
	}

	send(topic: string, event: string, payload: Record<string, unknown>): void {
		this.#topics.get(topic)?.channel.send(event, payload);
	}

	sessionChanged(): void {
		void this.#socket.sessionChanged();
	}

	close(): void {
		this.#socket.close();
	}

	/** Joins topics that a tab wants, leaves the others. */
	#reconcile(): void {
		// A crashed tab sends no farewell. Hidden tabs send about once a minute.
		const oldest = this.#options.environment.now() - TAB_SILENCE;
		const wanted = new Map<string, boolean>();
		for (const { wants, heardAt } of this.#tabs.values())
			for (const [topic, presence] of heardAt < oldest ? [] : wants)
				wanted.set(topic, presence || (wanted.get(topic) ?? false));
		for (const [topic, led] of this.#topics) {
			// A channel joined without presence must rejoin to get it.
			if (wanted.has(topic) && (led.presence || !wanted.get(topic))) continue;
			this.#topics.delete(topic);
			led.leave();
		}
		for (const [topic, presence] of wanted)
			if (!this.#topics.has(topic)) this.#join(topic, presence);
	}

	#join(topic: string, presence: boolean): void {
		let hasLeft = false;
		const channel = this.#socket.channel(topic, this.#userId, {
			presence,
			onState: (state) => {
				if (!hasLeft) this.#publish(['state', topic, state]);
			},
			onEvent: (event, payload) => this.#publish(['event', topic, event, payload]),
		});
		const leave = (): void => {
			hasLeft = true;
			this.#socket.leave(channel);
		};
		this.#topics.set(topic, { channel, presence, leave });
	}
}
