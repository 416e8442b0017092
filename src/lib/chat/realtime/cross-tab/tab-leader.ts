import { OwnConnection } from '../own-connection';
import type { PhoenixOptions } from '../phoenix-socket';
import * as TIMING from '../timing';
import type { TopicState, TopicSubscription } from '../topic';

/** A topic, and whether with presence. */
export type Want = [topic: string, presence: boolean];

/** From the leader: the state of a topic, or an event on it. */
export type TopicNews =
	['state', topic: string, TopicState] | ['event', topic: string, event: string, payload: unknown];

interface LedTopic {
	subscription: TopicSubscription;
	presence: boolean;
	state: TopicState;
}

/** The connection of the leading tab: joins the topics of all tabs, and publishes events. */
export class TabLeader {
	readonly #connection: OwnConnection;
	readonly #options: PhoenixOptions;
	readonly #userId: string;
	readonly #publish: (news: TopicNews) => void;
	readonly #tabs = new Map<string, { wants: Want[]; heardAt: number }>();
	readonly #topics = new Map<string, LedTopic>();

	constructor(options: PhoenixOptions, userId: string, publish: (news: TopicNews) => void) {
		this.#connection = new OwnConnection(options);
		this.#options = options;
		this.#userId = userId;
		this.#publish = publish;
	}

	/** For a tab that just came. */
	get states(): TopicNews[] {
		return Array.from(this.#topics, ([topic, { state }]) => ['state', topic, state]);
	}

	/** The current wishes of one tab. */
	want(tab: string, wants: Want[]): void {
		this.#tabs.set(tab, { wants, heardAt: this.#options.environment.now() });
		// The leader's own timers may be slowed down; questions of visible tabs are not.
		this.#connection.beatIfDue();
		this.#reconcile();
	}

	send(topic: string, event: string, payload: Record<string, unknown>): void {
		this.#topics.get(topic)?.subscription.send(event, payload);
	}

	sessionChanged(): void {
		this.#connection.sessionChanged();
	}

	close(): void {
		this.#connection.close();
	}

	/** Joins topics that a tab wants, leaves the others. */
	#reconcile(): void {
		// A crashed tab sends no farewell. Hidden tabs send about once a minute.
		const oldest = this.#options.environment.now() - TIMING.tabSilence;
		const wanted = new Map<string, boolean>();
		for (const { wants, heardAt } of this.#tabs.values())
			for (const [topic, presence] of heardAt < oldest ? [] : wants)
				wanted.set(topic, presence || (wanted.get(topic) ?? false));
		for (const [topic, led] of this.#topics) {
			// A channel joined without presence must rejoin to get it.
			if (wanted.has(topic) && (led.presence || !wanted.get(topic))) continue;
			this.#topics.delete(topic);
			led.subscription.leave();
		}
		for (const [topic, presence] of wanted)
			if (!this.#topics.has(topic)) this.#join(topic, presence);
	}

	#join(topic: string, presence: boolean): void {
		let state: TopicState = 'joining';
		const subscription = this.#connection.subscribe(topic, this.#userId, {
			presence,
			onState: (now) => {
				state = now;
				const led = this.#topics.get(topic);
				if (led) led.state = now;
				this.#publish(['state', topic, now]);
			},
			onEvent: (event, payload) => this.#publish(['event', topic, event, payload]),
		});
		this.#topics.set(topic, { subscription, presence, state });
	}
}
