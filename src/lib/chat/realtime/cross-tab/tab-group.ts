import type { TopicListener, TopicState, TopicSubscription } from '../topic';
import type { ChatEnvironment, TabChannelLike } from '../../environment';
import type { PhoenixOptions } from '../phoenix-socket';
import { TabLeader, type Want } from './tab-leader';
import * as TIMING from '../timing';

/** How often a tab checks that the leading tab still answers, milliseconds. */
const TAB_TICK = 10_000;

/** Messages between a user's tabs; the last element of those to the leader is the sending tab. */
type TabMessage =
	/** To the leader: the topics that this tab wants (none: it leaves). Also asks whether the leader is there. */
	| ['want', Want[], tab: string]
	/** To the leader: send this for me. */
	| ['send', topic: string, event: string, payload: Record<string, unknown>]
	/** From the leader: send your topics. */
	| ['ask']
	/** From the leader: I am here. */
	| ['here']
	| TopicMessage;

/** From the leader: the state of a topic, or an event on it. */
type TopicMessage =
	['state', topic: string, TopicState] | ['event', topic: string, event: string, payload: unknown];

/** Raise it when `TabMessage` changes: older and newer code in two tabs then do not talk to each other. */
const PROTOCOL = 'v1';

/** Only this version of the code posts on the channel: it has the same origin, and the version is in the channel's name. */
const isTabMessage = (data: unknown): data is TabMessage => Array.isArray(data);

interface WantedTopic {
	listeners: Set<TopicListener>;
	state: TopicState;
}

/**
 * This tab among a user's tabs. It waits for the lock; its holder leads: it joins the topics of all tabs and
 * publishes events. A leader that does not answer (frozen, crashed) loses the lock to a visible tab.
 */
export class TabGroup {
	readonly #options: PhoenixOptions;
	readonly #environment: ChatEnvironment;
	readonly #userId: string;
	readonly #name: string;
	readonly #tab: string;
	readonly #unlisten: (() => void)[];
	readonly #wanted = new Map<string, WantedTopic>();
	#bus: TabChannelLike | null = null;
	/** Has the connection; null in all tabs but one. */
	#leader: TabLeader | null = null;
	#giveUpLock = (): void => {};
	#unanswered = 0;
	#cancelTick = (): void => {};
	#cancelLinger = (): void => {};

	constructor(options: PhoenixOptions, userId: string) {
		const { environment } = options;
		this.#options = options;
		this.#environment = environment;
		this.#userId = userId;
		this.#tab = environment.uuid();
		this.#name = `support-chat:${PROTOCOL}:${new URL(options.url).host}:${userId}`;
		this.#unlisten = [
			// A page in the back/forward cache must not hold the lock or the socket: other tabs would wait, and the browser would discard the page.
			environment.on('leave', () => this.#exit()),
			environment.on('wake', () => {
				this.#enter();
				this.#tick();
			}),
		];
	}

	subscribe(topic: string, listener: TopicListener): TopicSubscription {
		const wanted = this.#wanted.get(topic) ?? { listeners: new Set(), state: 'joining' };
		const { listeners } = wanted;
		this.#wanted.set(topic, wanted);
		listeners.add(listener);
		listener.onState(wanted.state);
		this.#enter();
		this.#announce();
		return {
			send: (event, payload) => this.#say(['send', topic, event, payload]),
			leave: () => {
				listeners.delete(listener);
				if (listeners.size > 0 || this.#wanted.get(topic) !== wanted) return;
				this.#wanted.delete(topic);
				this.#announce();
				// Closing and reopening a panel should not make another tab the leader.
				this.#cancelLinger();
				this.#cancelLinger = this.#environment.after(TIMING.linger, () => {
					if (this.#wanted.size === 0) this.#exit();
				});
			},
		};
	}

	sessionChanged(): void {
		this.#leader?.sessionChanged();
	}

	close(): void {
		for (const off of this.#unlisten) off();
		this.#exit();
		this.#wanted.clear();
	}

	#enter(): void {
		this.#cancelLinger();
		if (this.#bus || this.#wanted.size === 0) return;
		const environment = this.#environment;
		if (environment.locks)
			this.#bus = environment.openTabChannel(this.#name, (data) => {
				if (isTabMessage(data)) this.#handleMessage(data);
			});
		// Without a way to talk to the others, each tab is its own leader.
		if (!this.#bus) return this.#lead();
		this.#unanswered = 0;
		this.#waitForLock(false);
		this.#scheduleTick();
	}

	#exit(): void {
		this.#cancelTick();
		this.#cancelLinger();
		this.#bus?.post(['want', [], this.#tab] satisfies TabMessage);
		this.#stepDown();
		this.#giveUpLock();
		this.#bus?.close();
		this.#bus = null;
		this.#lost();
	}

	#waitForLock(steal: boolean): void {
		this.#giveUpLock();
		const abort = new AbortController();
		const { signal } = abort;
		this.#giveUpLock = () => abort.abort();
		const hold = (): Promise<void> => {
			if (!signal.aborted) this.#lead();
			return new Promise((resolve) => {
				if (signal.aborted) resolve();
				signal.addEventListener('abort', () => resolve());
			});
		};
		// Stealing cannot be aborted, and need not be: the lock is granted at once.
		const options = steal ? { steal } : { signal };
		this.#environment.locks?.request(this.#name, options, hold).catch(() => {
			if (signal.aborted) return;
			// Locks are denied here (a sandboxed frame): each tab is its own leader.
			if (!this.#leader) return this.#lead();
			// Another tab stole the lock because this one slept too long: wait for it again.
			this.#stepDown();
			this.#waitForLock(false);
			this.#announce();
		});
	}

	#lead(): void {
		if (this.#leader) return;
		const publish = (message: TopicMessage): void => {
			this.#bus?.post(message);
			this.#deliver(message);
		};
		this.#leader = new TabLeader(this.#options, this.#userId, (topic) => ({
			onState: (state) => publish(['state', topic, state]),
			onEvent: (event, payload) => publish(['event', topic, event, payload]),
		}));
		this.#announce();
		this.#bus?.post(['ask'] satisfies TabMessage);
	}

	#stepDown(): void {
		this.#leader?.close();
		this.#leader = null;
	}

	/** Sends the topics that are wanted here to the leader, which may be this tab. */
	#announce(): void {
		const wants = Array.from(this.#wanted, ([topic, { listeners }]): Want => {
			return [topic, [...listeners].some((listener) => listener.presence)];
		});
		this.#say(['want', wants, this.#tab]);
	}

	/** To the leader. */
	#say(message: TabMessage): void {
		if (this.#leader) this.#handleMessage(message);
		else this.#bus?.post(message);
	}

	#handleMessage(message: TabMessage): void {
		const leader = this.#leader;
		if (!leader) return this.#deliver(message);
		if (message[0] === 'send') leader.send(message[1], message[2], message[3]);
		if (message[0] !== 'want') return;
		const [, wants, tab] = message;
		leader.want(tab, wants);
		if (tab === this.#tab) return;
		this.#bus?.post(['here'] satisfies TabMessage);
		for (const [topic, state] of leader.states)
			this.#bus?.post(['state', topic, state] satisfies TabMessage);
	}

	#deliver(message: TabMessage): void {
		const [kind, topic] = message;
		if (kind === 'want' || kind === 'send') return;
		this.#unanswered = 0;
		if (kind === 'ask') this.#announce();
		if (kind === 'state') this.#setState(topic, message[2]);
		if (kind === 'event')
			for (const listener of this.#wanted.get(topic)?.listeners ?? [])
				listener.onEvent(message[2], message[3]);
	}

	#setState(topic: string, state: TopicState): void {
		const wanted = this.#wanted.get(topic);
		if (!wanted || wanted.state === state) return;
		wanted.state = state;
		for (const listener of wanted.listeners) listener.onState(state);
	}

	#lost(): void {
		for (const topic of this.#wanted.keys()) this.#setState(topic, 'joining');
	}

	#scheduleTick(): void {
		this.#cancelTick();
		this.#cancelTick = this.#environment.after(TAB_TICK, () => this.#tick());
	}

	/** Checks that the leader still answers. */
	#tick(): void {
		if (!this.#bus) return;
		this.#scheduleTick();
		if (!this.#leader && this.#unanswered++ >= 2 && this.#environment.isVisible()) {
			this.#unanswered = 0;
			this.#lost();
			this.#waitForLock(true);
		} else this.#announce();
	}
}
