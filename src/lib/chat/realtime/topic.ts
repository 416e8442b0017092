/**
 * Where a topic stands. `joined`: the server let us in, but may not stream yet. `live`: its stream is up.
 * `refused`: nobody is signed in, or the server said no; tried again seldom.
 */
export type TopicState = 'closed' | 'joining' | 'joined' | 'live' | 'refused';

export interface TopicListener {
	onState(state: TopicState): void;
	/** A broadcast; or, with `presence`, a `presence_state` or `presence_diff` as Phoenix words it. */
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

/** The way to Realtime: one socket, for this tab or for all tabs of the user. It opens when a topic is wanted. */
export interface ChatConnection {
	/** Listens to a topic as the user `userId`, and as nobody else. */
	subscribe(topic: string, userId: string, listener: TopicListener): TopicSubscription;
	/** Somebody signed in or out. */
	sessionChanged(): void;
	close(): void;
}

export const isJoined = (state: TopicState | null): boolean =>
	state === 'joined' || state === 'live';
