import type { ServerClock } from './clock';
import type { ChatEnvironment } from './environment';
import type { Tokens } from './tokens';

/**
 * Where a topic stands. `joined`: the server let us in, but may not stream yet. `live`: its stream is up.
 * `refused`: nobody is signed in, or the server said no; tried again seldom.
 */
export type TopicState = 'closed' | 'joining' | 'joined' | 'live' | 'refused';

export interface TopicListener {
	onState(state: TopicState): void;
	onEvent(event: string, payload: unknown): void;
	/** Who is there, by key; only for topics subscribed with `presence`. */
	onPresence?(present: Record<string, unknown[]>): void;
}

export interface TopicSubscription {
	readonly state: TopicState;
	/** Broadcasts to the others on the topic; dropped while not joined. */
	send(event: string, payload: Record<string, unknown>): void;
	leave(): void;
}

/** The way to Realtime: one socket, for this tab or for all tabs of the user. Opens when a topic is wanted. */
export interface ChatConnection {
	subscribe(topic: string, listener: TopicListener): TopicSubscription;
	/** Somebody signed in or out. */
	sessionChanged(): void;
	close(): void;
}

export interface ConnectionOptions {
	url: string;
	publishableKey: string;
	environment: ChatEnvironment;
	tokens: Tokens;
	clock: ServerClock;
	/** One connection for all tabs of this user, where the browser can. */
	share: boolean;
}

export function createConnection(options: ConnectionOptions): ChatConnection {
	void options;
	return {
		subscribe: () => ({ state: 'closed', send: () => {}, leave: () => {} }),
		sessionChanged: () => {},
		close: () => {},
	};
}
