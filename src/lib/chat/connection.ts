import { OwnConnection } from './own-connection';
import type { PhoenixOptions } from './phoenix';
import type { Present } from './presence';
import { SharedConnection } from './tabs';

/**
 * Where a topic stands. `joined`: the server let us in, but may not stream yet. `live`: its stream is up.
 * `refused`: nobody is signed in, or the server said no; tried again seldom.
 */
export type TopicState = 'closed' | 'joining' | 'joined' | 'live' | 'refused';

export interface TopicListener {
	onState(state: TopicState): void;
	onEvent(event: string, payload: unknown): void;
	/** Who is there, by key; naming it asks for presence. */
	onPresence?: ((present: Present) => void) | undefined;
}

export interface TopicSubscription {
	/** Broadcasts to the others on the topic; dropped while not joined. */
	send(event: string, payload: Record<string, unknown>): void;
	/** Shows up in the others' presence with this payload. */
	track(payload: Record<string, unknown>): void;
	leave(): void;
}

/** The way to Realtime: one socket, for this tab or for all tabs of the user. It opens when a topic is wanted. */
export interface ChatConnection {
	/** Listens to a topic as the user `userId`, and as nobody else. */
	subscribe(topic: string, userId: string, listener: TopicListener): TopicSubscription;
	/** Somebody signed in or out. */
	sessionChanged(): void;
	close(): void;
}

export interface ConnectionOptions extends PhoenixOptions {
	/** One connection for all tabs of this user, where the browser can. */
	share: boolean;
}

export function createConnection({ share, ...options }: ConnectionOptions): ChatConnection {
	const { locks } = options.environment;
	return share && locks ? new SharedConnection(options, locks) : new OwnConnection(options);
}
