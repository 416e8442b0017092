import { Backoff } from './backoff';
import { PhoenixChannel, type ChannelSocket } from './phoenix-channel';
import type { ServerClock } from '../api/server-clock';
import { isJoined, type TopicListener } from './topic';
import type { ChatEnvironment, SocketLike } from '../environment';
import type { Result } from '../errors';
import { decodeFrame, encodeFrame, type Frame } from './frames';
import { TokenRefresher } from '../session/token-refresher';
import type { SessionToken, Tokens } from '../session/tokens';
import * as TIMING from './timing';

/** The socket's heartbeat; the server closes a silent socket after 60 s. */
const HEARTBEAT = 25_000;
/** How long a heartbeat may take after waking up, when a half-open socket is likely; a refused join delays it by 5 s. */
const PROBE_TIMEOUT = 7_000;

export interface PhoenixOptions {
	/** `https://<project>.supabase.co` */
	url: string;
	publishableKey: string;
	environment: ChatEnvironment;
	tokens: Tokens;
	clock: ServerClock;
}

/**
 * A client for Supabase Realtime's private channels, with what a chat needs and nothing else. Connects when there is a
 * channel to join, keeps the socket alive, reconnects with jitter, and renews the token before it expires.
 */
export class PhoenixSocket implements ChannelSocket {
	readonly environment: ChatEnvironment;
	readonly #options: PhoenixOptions;
	readonly #channels = new Map<string, PhoenixChannel>();
	readonly #retry: Backoff;
	readonly #tokens: TokenRefresher;
	readonly #unlisten: (() => unknown)[];
	#socket: SocketLike | null = null;
	#open = false;
	#ref = 0;
	#heartbeatRef: string | null = null;
	#lastBeat = 0;
	/** The current socket. Handlers of an old socket must do nothing. */
	#generation = 0;
	#cancelConnect: (() => void) | null = null;
	#cancelBeat = (): void => {};
	#cancelLinger = (): void => {};

	constructor(options: PhoenixOptions) {
		this.#options = options;
		this.environment = options.environment;
		this.#retry = new Backoff(options.environment, TIMING.reconnectFirst, TIMING.reconnectMost);
		this.#tokens = new TokenRefresher({
			...options,
			onRenewed: (token) => this.#channels.forEach((channel) => channel.pushToken(token)),
			// Leave channels joined as another user; each rejoins only as its own user.
			onUserChanged: () => this.#drop(),
		});
		this.#unlisten = [
			this.environment.on('wake', () => this.wake()),
			// Sockets do not notice a lost network by themselves.
			this.environment.on('offline', () => this.#open && this.#beat(PROBE_TIMEOUT)),
		];
	}

	get isOpen(): boolean {
		return this.#open;
	}

	/** Joins `topic`, as this user only, and stays joined until `leave()`. One channel per topic. */
	channel(topic: string, userId: string, listener: TopicListener): PhoenixChannel {
		this.#channels.get(topic)?.leave();
		const channel = new PhoenixChannel(this, topic, userId, listener);
		this.#channels.set(topic, channel);
		this.#cancelLinger();
		if (this.#open) void channel.join();
		else {
			channel.socketClosed();
			this.#connect();
		}
		return channel;
	}

	leave(channel: PhoenixChannel): void {
		channel.leave();
		if (this.#channels.get(channel.topic) !== channel) return;
		this.#channels.delete(channel.topic);
		if (this.#channels.size > 0) return;
		// Closing and reopening a panel should not cost a handshake each time.
		this.#cancelLinger();
		this.#cancelLinger = this.environment.after(TIMING.linger, () => this.#disconnect());
	}

	close(): void {
		for (const off of this.#unlisten) off();
		for (const channel of this.#channels.values()) channel.leave();
		this.#channels.clear();
		this.#cancelLinger();
		this.#disconnect();
	}

	/** The page woke up, or the network is back: an open socket may be dead. */
	wake(): void {
		if (this.#channels.size === 0) return;
		if (!this.#open) {
			this.#retry.reset();
			// After a random time, because a whole office comes back online at once.
			if (!this.#socket) this.#connectIn(300 * this.environment.random());
			return;
		}
		for (const channel of this.#channels.values()) channel.reconsider();
		this.#beat(PROBE_TIMEOUT);
		void this.#tokens.renewIfDue();
	}

	/** Sends the heartbeat if it is due; for tabs whose own timers the browser slows down. */
	beatIfDue(): void {
		const due = this.environment.now() - this.#lastBeat >= HEARTBEAT;
		if (this.#open && due) this.#beat(HEARTBEAT);
	}

	/** A user signed in or out, or the token changed. */
	async sessionChanged(): Promise<void> {
		await this.#tokens.checkSession();
		for (const channel of this.#channels.values()) channel.reconsider();
	}

	/** The server refused the present token for this reason. */
	tokenRefused(reason: string): void {
		this.#tokens.refuse(reason);
	}

	/** The session to join with. */
	session(): Promise<Result<SessionToken | null>> {
		return this.#tokens.forJoin();
	}

	nextRef(): string {
		return String(++this.#ref);
	}

	push(frame: Frame): void {
		if (this.#open) this.#socket?.send(encodeFrame(frame));
	}

	#connect(): void {
		if (this.#socket || this.#cancelConnect || this.#channels.size === 0) return;
		const base = this.#options.url.replace(/^http/, 'ws').replace(/\/+$/, '');
		const key = encodeURIComponent(this.#options.publishableKey);
		const url = `${base}/realtime/v1/websocket?apikey=${key}&vsn=2.0.0`;
		const generation = ++this.#generation;
		const ifCurrent = (act: () => void): void => {
			if (generation === this.#generation) act();
		};
		const socket = this.environment.openSocket(url, {
			onOpen: () => ifCurrent(() => this.#opened()),
			onMessage: (data) => ifCurrent(() => this.#received(data)),
			onClose: () => ifCurrent(() => this.#drop()),
		});
		if (!socket) return this.#connectIn(TIMING.reconnectMost);
		this.#socket = socket;
		// A firewall may drop the handshake silently.
		this.#cancelBeat();
		this.#cancelBeat = this.environment.after(TIMING.joinTimeout, () => this.#drop());
	}

	#connectIn(ms: number): void {
		this.#cancelConnect?.();
		this.#cancelConnect = this.environment.after(ms, () => {
			this.#cancelConnect = null;
			this.#connect();
		});
	}

	#opened(): void {
		this.#open = true;
		this.#heartbeatRef = null;
		this.#lastBeat = this.environment.now();
		this.#scheduleBeat(HEARTBEAT);
		for (const channel of this.#channels.values()) void channel.join();
	}

	#received(data: unknown): void {
		const frame = decodeFrame(data);
		if (!frame) return;
		if (frame.topic === 'phoenix') {
			if (frame.ref === this.#heartbeatRef) this.#heartbeatRef = null;
			return;
		}
		const channel = this.#channels.get(frame.topic.replace(/^realtime:/, ''));
		channel?.receive(frame);
		// Reconnect fast only after a successful join: a server that accepts and drops us is in trouble.
		if (channel && isJoined(channel.state)) this.#retry.reset();
	}

	/** Closes the socket, if there is one, and plans the next one. */
	#drop(): void {
		this.#disconnect();
		for (const channel of this.#channels.values()) channel.socketClosed();
		if (this.#channels.size === 0) return;
		const wait = this.#retry.next();
		// Without a network every try fails. The event `online` ends the wait; this timer helps if the browser is wrong.
		this.#connectIn(this.environment.isOnline() ? wait : TIMING.reconnectMost);
	}

	#disconnect(): void {
		const socket = this.#socket;
		this.#generation++;
		this.#socket = null;
		this.#open = false;
		this.#cancelBeat();
		this.#tokens.pause();
		this.#cancelConnect?.();
		this.#cancelConnect = null;
		socket?.close();
	}

	#scheduleBeat(ms: number): void {
		this.#cancelBeat();
		const due = this.environment.now() + ms;
		this.#cancelBeat = this.environment.after(ms, () => {
			// Long overdue: this machine slept, and the socket may be dead.
			if (this.environment.now() - due > 10_000) return this.wake();
			// The last heartbeat is unanswered: the socket is dead.
			if (this.#heartbeatRef) return this.#drop();
			this.#beat(HEARTBEAT);
		});
	}

	#beat(answerWithin: number): void {
		this.#lastBeat = this.environment.now();
		this.#heartbeatRef ??= this.nextRef();
		const ref = this.#heartbeatRef;
		this.push({ joinRef: null, ref, topic: 'phoenix', event: 'heartbeat', payload: {} });
		this.#scheduleBeat(answerWithin);
		// The host may have renewed the token by itself.
		void this.#tokens.checkSession();
	}
}
