import { Backoff } from './backoff';
import { isJoined, type TopicListener, type TopicState } from './topic';
import type { ChatEnvironment } from '../environment';
import type { Result } from '../errors';
import type { SessionToken } from '../session/tokens';
import type { Frame } from './frames';
import * as TIMING from './timing';

/** A joined topic whose stream was never reported counts as live after this. */
const ASSUME_LIVE = 65_000;
/** A refused join is tried again this seldom, at first. */
const REFUSED_JOIN_FIRST = 30_000;
const REFUSED_JOIN_MOST = 10 * 60_000;

type Payload = Record<string, unknown>;

/** The part of the socket that a channel uses. */
export interface ChannelSocket {
	readonly environment: ChatEnvironment;
	readonly isOpen: boolean;
	nextRef(): string;
	/** Dropped unless the socket is open. */
	push(frame: Frame): void;
	/** The session to join with. */
	session(): Promise<Result<SessionToken | null>>;
	/** The server refused the present token for this reason. */
	tokenRefused(reason: string): void;
}

/**
 * One private topic on the socket. Joins by itself whenever the socket is open, and again after whatever ended it:
 * an expired token, a crash of the channel, too many messages. A join that the server refused for good is tried
 * again seldom, because every refusal blocks the whole socket for 5 s.
 */
export class PhoenixChannel {
	state: TopicState = 'closed';
	readonly topic: string;
	readonly #socket: ChannelSocket;
	/** Takes part in the topic's presence. */
	readonly presence: boolean;
	readonly #userId: string;
	readonly #listener: TopicListener;
	readonly #retry: Backoff;
	readonly #refusedRetry: Backoff;
	#joinRef: string | null = null;
	#cancelTimer = (): void => {};
	#closeReason = '';

	constructor(socket: ChannelSocket, topic: string, userId: string, listener: TopicListener) {
		const { environment } = socket;
		this.#socket = socket;
		this.topic = topic;
		this.#userId = userId;
		this.#listener = listener;
		this.presence = listener.presence ?? false;
		this.#retry = new Backoff(environment, TIMING.reconnectFirst, TIMING.reconnectMost);
		this.#refusedRetry = new Backoff(environment, REFUSED_JOIN_FIRST, REFUSED_JOIN_MOST);
	}

	/** Joins, unless signed out or signed in as another user: such a join would be refused. */
	async join(): Promise<void> {
		this.#end('joining');
		const joinRef = (this.#joinRef = this.#socket.nextRef());
		const { data, error } = await this.#socket.session();
		// While the token was fetched the topic may have been left, or joined again.
		if (this.#joinRef !== joinRef || !this.#socket.isOpen) return;
		if (error) return this.#tryAgain(this.#retry.next());
		if (data?.userId !== this.#userId) return this.#refuse();
		const config = {
			private: true,
			broadcast: { replication_ready: true },
			presence: { key: this.#userId, enabled: this.presence },
		};
		this.#push('phx_join', { config, access_token: data.token }, joinRef);
		this.#later(TIMING.joinTimeout, () => {
			this.#push('phx_leave');
			this.#tryAgain(this.#retry.next());
		});
	}

	/** For good: the listener is not called any more. */
	leave(): void {
		if (this.#joinRef) this.#push('phx_leave');
		this.state = 'closed';
		this.#end('closed');
	}

	/** The socket closed; `join` follows when it is back. */
	socketClosed(): void {
		this.#end('joining');
	}

	/** A broadcast; `track` and `untrack` are for presence. */
	send(event: string, payload: Payload): void {
		const isPresence = this.presence && /^(un)?track$/.test(event);
		const type = isPresence ? 'presence' : 'broadcast';
		if (isJoined(this.state)) this.#push(type, { type, event, payload });
	}

	/** A renewed token: without it the server closes the channel at the old one's expiry. */
	pushToken(token: string): void {
		if (isJoined(this.state)) this.#push('access_token', { access_token: token });
	}

	/** A user signed in or the page woke up: a refusal may be outdated. */
	reconsider(): void {
		if (this.state !== 'refused') return;
		this.#refusedRetry.reset();
		void this.join();
	}

	receive({ event, joinRef, ref, payload }: Frame): void {
		if (event === 'broadcast') return this.#emit(payload.event, payload.payload);
		if (event.startsWith('presence_')) return this.#emit(event, payload);
		const isReply = event === 'phx_reply';
		// To something we sent: the server does not know the channel (any more).
		const isUnknown = isReply && JSON.stringify(payload).includes('unmatched topic');
		if (isUnknown && isJoined(this.state)) return this.#tryAgain(this.#retry.next());
		// Ignore late messages about an earlier join of this topic.
		if (this.#joinRef === null || joinRef !== this.#joinRef) return;
		if (isReply && ref === joinRef) this.#joinReply(payload);
		else if (event === 'system') this.#system(payload);
		else if (event === 'phx_close') this.#refusedBecause(this.#closeReason);
		else if (event === 'phx_error') this.#tryAgain(this.#retry.next());
	}

	#emit(event: unknown, payload: unknown): void {
		if (isJoined(this.state) && typeof event === 'string') this.#listener.onEvent(event, payload);
	}

	#joinReply({ status, response }: Payload): void {
		if (status !== 'ok') return this.#refusedBecause(JSON.stringify(response));
		this.#refusedRetry.reset();
		this.#setState('joined');
		// Servers before 2.111 never report that the stream is ready; newer ones close the channel after 60 s
		// without it.
		this.#later(ASSUME_LIVE, () => this.#setState('live'));
	}

	#system({ status, message }: Payload): void {
		// The reason of the `phx_close` that follows.
		if (status === 'error') this.#closeReason = String(message);
		else if (/^Replication connection/.test(String(message))) {
			this.#cancelTimer();
			this.#retry.reset();
			this.#setState('live');
		}
	}

	#refusedBecause(reason: string): void {
		this.#closeReason = '';
		const isToken = /token|jwt/i.test(reason);
		if (!isToken && /permission|unauthorized|private/i.test(reason)) return this.#refuse();
		// Retry once with a fresh token; after that, back off.
		const isFirst = this.#retry.failures === 0;
		const wait = this.#retry.next();
		if (isToken) this.#socket.tokenRefused(reason);
		this.#tryAgain(isToken && isFirst ? 0 : wait);
	}

	#refuse(): void {
		this.#end('refused');
		this.#later(this.#refusedRetry.next(), () => void this.join());
	}

	#tryAgain(wait: number): void {
		this.#end('joining');
		this.#later(wait, () => {
			if (this.#socket.isOpen) void this.join();
		});
	}

	/** Ends the join under way and its timer. */
	#end(state: TopicState): void {
		this.#cancelTimer();
		this.#joinRef = null;
		this.#setState(state);
	}

	#setState(state: TopicState): void {
		if (state === this.state) return;
		this.state = state;
		this.#listener.onState(state);
	}

	#later(ms: number, callback: () => void): void {
		this.#cancelTimer();
		this.#cancelTimer = this.#socket.environment.after(ms, callback);
	}

	#push(event: string, payload: Payload = {}, ref = this.#socket.nextRef()): void {
		const topic = `realtime:${this.topic}`;
		this.#socket.push({ joinRef: this.#joinRef, ref, topic, event, payload });
	}
}
