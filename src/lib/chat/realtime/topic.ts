/**
 * The state of a topic. `joined`: joined, but its stream may not be ready. `live`: its stream is ready.
 * `refused`: signed out or rejected; tried again seldom.
 */
export type TopicState = 'closed' | 'joining' | 'joined' | 'live' | 'refused';

export interface TopicListener {
	onState(state: TopicState): void;
	/** A broadcast; or, with `presence`, a `presence_state` or `presence_diff` in Phoenix's format. */
	onEvent(event: string, payload: unknown): void;
	/** Take part in the topic's presence. */
	presence?: boolean;
}

export interface TopicSubscription {
	/**
	 * Broadcasts to the others on the topic; dropped while not joined. On a topic with presence, `track` with a payload
	 * shows up in the others' presence (the server closes a channel that does so 6 times in 30 s).
	 */
	send(event: string, payload: Record<string, unknown>): void;
	leave(): void;
}

/** The connection to Realtime: one socket, for this tab or for all tabs of the user. It opens when a topic is wanted. */
export interface ChatConnection {
	/** Subscribes to a topic as the user `userId` only. */
	subscribe(topic: string, userId: string, listener: TopicListener): TopicSubscription;
	/** A user signed in or out. */
	sessionChanged(): void;
	close(): void;
}

export const isJoined = (state: TopicState | null): boolean =>
	state === 'joined' || state === 'live';
