import type { TopicState, TopicSubscription } from './connection';
import { TIMING } from './limits';
import { OwnConnection } from './own-connection';
import type { PhoenixOptions } from './phoenix';
import type { TabMessage, Want } from './tab-messages';

interface LedTopic {
	subscription: TopicSubscription;
	presence: boolean;
	state: TopicState;
}

type Published =
	| { kind: 'lead' }
	| { kind: 'state'; topic: string; state: TopicState }
	| { kind: 'event'; topic: string; event: string; payload: unknown }
	| { kind: 'presence'; topic: string; present: Record<string, unknown[]> };

type Passed =
	| Omit<Extract<TabMessage, { kind: 'send' }>, 'from'>
	| Omit<Extract<TabMessage, { kind: 'track' }>, 'from'>;

/** The connection of the leading tab: joins whatever any tab wants, and publishes what comes in. */
export class TabLeader {
	readonly #connection: OwnConnection;
	readonly #tabs = new Map<string, { wants: Want[]; heardAt: number }>();
	readonly #topics = new Map<string, LedTopic>();

	constructor(
		private readonly options: PhoenixOptions,
		private readonly userId: string,
		private readonly publish: (message: Published) => void,
	) {
		this.#connection = new OwnConnection(options);
	}

	/** What one tab wants, from now on. */
	setWants(tab: string, wants: Want[]): void {
		if (wants.length === 0) this.#tabs.delete(tab);
		else this.#tabs.set(tab, { wants, heardAt: this.options.environment.now() });
		this.#connection.beatIfDue();
		this.#reconcile();
	}

	/** For a tab that just came and missed them. */
	repeatStates(): void {
		for (const [topic, { state }] of this.#topics) this.publish({ kind: 'state', topic, state });
	}

	pass(message: Passed): void {
		const subscription = this.#topics.get(message.topic)?.subscription;
		if (message.kind === 'send') subscription?.send(message.event, message.payload);
		else subscription?.track(message.payload);
	}

	/** A tab that crashed says no goodbye. Hidden tabs speak about once a minute. */
	forgetSilent(): void {
		const oldest = this.options.environment.now() - TIMING.tabSilence;
		for (const [tab, { heardAt }] of this.#tabs) if (heardAt < oldest) this.#tabs.delete(tab);
		this.#reconcile();
	}

	sessionChanged(): void {
		this.#connection.sessionChanged();
	}

	close(): void {
		this.#topics.clear();
		this.#connection.close();
	}

	#reconcile(): void {
		const wanted = new Map<string, boolean>();
		for (const { wants } of this.#tabs.values())
			for (const [topic, presence] of wants)
				wanted.set(topic, presence || (wanted.get(topic) ?? false));
		for (const [topic, led] of this.#topics) {
			// A channel that was joined without presence must be joined anew to have it.
			if (wanted.get(topic) === led.presence || wanted.get(topic) === false) continue;
			this.#topics.delete(topic);
			led.subscription.leave();
		}
		for (const [topic, presence] of wanted)
			if (!this.#topics.has(topic)) this.#lead(topic, presence);
	}

	#lead(topic: string, presence: boolean): void {
		let led: LedTopic | null = null;
		let state: TopicState = 'joining';
		const subscription = this.#connection.subscribe(topic, this.userId, {
			onState: (now) => {
				state = now;
				if (led) led.state = now;
				this.publish({ kind: 'state', topic, state: now });
			},
			onEvent: (event, payload) => this.publish({ kind: 'event', topic, event, payload }),
			onPresence: presence
				? (present) => this.publish({ kind: 'presence', topic, present })
				: undefined,
		});
		led = { subscription, presence, state };
		this.#topics.set(topic, led);
	}
}
