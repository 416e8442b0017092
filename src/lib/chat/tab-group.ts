import type { TopicListener, TopicState, TopicSubscription } from './connection';
import type { ChatEnvironment, TabChannelLike } from './environment';
import { TIMING } from './limits';
import type { PhoenixOptions } from './phoenix';
import { TabLeader } from './tab-leader';
import { isTabMessage, TAB_PROTOCOL, type TabMessage, type Want } from './tab-messages';

interface WantedTopic {
	listeners: Set<TopicListener>;
	state: TopicState;
}

type Outgoing<M = TabMessage> = M extends TabMessage ? Omit<M, 'from'> : never;

/**
 * This tab among the tabs of one user. It waits for the lock; who gets it leads, which means to have the connection for
 * all. A leader that does not answer (frozen, crashed) loses the lock to a visible tab.
 */
export class TabGroup {
	readonly #id: string;
	readonly #name: string;
	readonly #environment: ChatEnvironment;
	readonly #wanted = new Map<string, WantedTopic>();
	readonly #unlisten: (() => void)[];
	#bus: TabChannelLike | null = null;
	#leader: TabLeader | null = null;
	#giveUpLock = (): void => {};
	#unanswered = 0;
	#cancelTick = (): void => {};
	#cancelLinger = (): void => {};

	constructor(
		private readonly options: PhoenixOptions,
		private readonly locks: NonNullable<ChatEnvironment['locks']>,
		private readonly userId: string,
	) {
		this.#environment = options.environment;
		this.#id = this.#environment.uuid();
		const host = new URL(options.url).host;
		this.#name = `support-chat:${TAB_PROTOCOL}:${host}:${userId}`;
		this.#unlisten = [
			// A page put away must let go of lock and socket, or it keeps the others waiting and loses its place in the cache.
			this.#environment.on('leave', () => this.#exit()),
			this.#environment.on('restored', () => this.#enter()),
			this.#environment.on('visible', () => this.#tick()),
		];
	}

	subscribe(topic: string, listener: TopicListener): TopicSubscription {
		let wanted = this.#wanted.get(topic);
		if (!wanted) this.#wanted.set(topic, (wanted = { listeners: new Set(), state: 'joining' }));
		const { listeners } = wanted;
		listeners.add(listener);
		listener.onState(wanted.state);
		this.#enter();
		this.#announce();
		return {
			send: (event, payload) => this.#toLeader({ kind: 'send', topic, event, payload }),
			track: (payload) => this.#toLeader({ kind: 'track', topic, payload }),
			leave: () => {
				listeners.delete(listener);
				if (listeners.size > 0 || this.#wanted.get(topic)?.listeners !== listeners) return;
				this.#wanted.delete(topic);
				this.#announce();
				this.#lingerIfIdle();
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

	get #wants(): Want[] {
		return Array.from(this.#wanted, ([topic, { listeners }]) => [
			topic,
			Array.from(listeners).some((listener) => listener.onPresence !== undefined),
		]);
	}

	#enter(): void {
		this.#cancelLinger();
		if (this.#bus || this.#wanted.size === 0) return;
		this.#bus = this.#environment.openTabChannel(this.#name, (data) => {
			if (isTabMessage(data)) this.#hear(data);
		});
		// Without a way to talk to the others, each tab is its own leader.
		if (!this.#bus) return this.#lead();
		this.#unanswered = 0;
		this.#waitForLock(false);
		this.#announce();
		this.#scheduleTick();
	}

	#exit(): void {
		this.#cancelTick();
		this.#cancelLinger();
		this.#say({ kind: 'bye' });
		this.#stepDown();
		this.#giveUpLock();
		this.#bus?.close();
		this.#bus = null;
		for (const topic of this.#wanted.keys()) this.#setState(topic, 'joining');
	}

	/** Closing and reopening a panel should not make the leadership wander. */
	#lingerIfIdle(): void {
		if (this.#wanted.size > 0) return;
		this.#cancelLinger();
		this.#cancelLinger = this.#environment.after(TIMING.linger, () => {
			if (this.#wanted.size === 0) this.#exit();
		});
	}

	#waitForLock(steal: boolean): void {
		this.#giveUpLock();
		const abort = new AbortController();
		let release = (): void => {};
		let given = false;
		this.#giveUpLock = () => {
			given = true;
			abort.abort();
			release();
		};
		const hold = (): Promise<void> => {
			if (given) return Promise.resolve();
			this.#lead();
			return new Promise((resolve) => (release = resolve));
		};
		// A theft cannot be aborted, and need not be: it is granted at once.
		const options: LockOptions = steal ? { steal } : { signal: abort.signal };
		this.locks.request(this.#name, options, hold).catch(() => {
			if (given) return;
			// No locks to be had here (a sandboxed frame): each tab for itself.
			if (!this.#leader) return this.#lead();
			// Taken away: this tab was asleep too long. It lines up again.
			this.#stepDown();
			this.#waitForLock(false);
			this.#announce();
		});
	}

	#lead(): void {
		if (this.#leader) return;
		this.#leader = new TabLeader(this.options, this.userId, (message) => this.#publish(message));
		this.#announce();
		this.#say({ kind: 'ask' });
	}

	#stepDown(): void {
		this.#leader?.close();
		this.#leader = null;
	}

	/** Tells the leader, which may be this tab, what is wanted here. */
	#announce(): void {
		if (this.#leader) this.#leader.setWants(this.#id, this.#wants);
		else this.#say({ kind: 'want', wants: this.#wants });
	}

	#hear(message: TabMessage): void {
		if (this.#leader) return this.#hearAsLeader(this.#leader, message);
		if (message.kind === 'ask') this.#announce();
		if (message.kind !== 'want' && message.kind !== 'bye') this.#unanswered = 0;
		this.#deliver(message);
	}

	#hearAsLeader(leader: TabLeader, message: TabMessage): void {
		if (message.kind === 'want') {
			this.#say({ kind: 'lead' });
			leader.setWants(message.from, message.wants);
			leader.repeatStates();
		} else if (message.kind === 'bye') leader.setWants(message.from, []);
		else if (message.kind === 'send' || message.kind === 'track') leader.pass(message);
	}

	/** What the leader has to say goes to this tab's listeners and to the other tabs. */
	#publish(message: Outgoing): void {
		this.#say(message);
		this.#deliver(message);
	}

	#deliver(message: Outgoing): void {
		if (message.kind === 'state') return this.#setState(message.topic, message.state);
		if (message.kind !== 'event' && message.kind !== 'presence') return;
		for (const listener of this.#wanted.get(message.topic)?.listeners ?? []) {
			if (message.kind === 'event') listener.onEvent(message.event, message.payload);
			else listener.onPresence?.(message.present);
		}
	}

	#setState(topic: string, state: TopicState): void {
		const wanted = this.#wanted.get(topic);
		if (!wanted || wanted.state === state) return;
		wanted.state = state;
		for (const listener of wanted.listeners) listener.onState(state);
	}

	#toLeader(message: Extract<Outgoing, { kind: 'send' | 'track' }>): void {
		if (this.#leader) this.#leader.pass(message);
		else this.#say(message);
	}

	#say(message: Outgoing): void {
		this.#bus?.post({ ...message, from: this.#id });
	}

	#scheduleTick(): void {
		this.#cancelTick();
		this.#cancelTick = this.#environment.after(TIMING.tabTick, () => this.#tick());
	}

	/** Asks whether the leader is still there; its own timers may be slowed down, its answers are not. */
	#tick(): void {
		if (!this.#bus) return;
		this.#scheduleTick();
		if (this.#leader) {
			this.#announce();
			return this.#leader.forgetSilent();
		}
		if (this.#unanswered >= 2 && this.#environment.isVisible()) {
			this.#unanswered = 0;
			for (const topic of this.#wanted.keys()) this.#setState(topic, 'joining');
			return this.#waitForLock(true);
		}
		this.#unanswered++;
		this.#announce();
	}
}
