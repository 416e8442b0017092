import { Backoff } from './backoff';
import type { TopicListener, TopicState } from './connection';
import type { Frame } from './frames';
import { TIMING } from './limits';
import type { PhoenixSocket } from './phoenix';
import { mergePresence, type Present } from './presence';

/** What became of a join: why it is worth trying again, or not soon. */
type Refusal = 'token' | 'forbidden' | 'passing';

function refusalOf(reason: string): Refusal {
	if (/token|jwt|expired/i.test(reason)) return 'token';
	return /permission|unauthorized|private.?only/i.test(reason) ? 'forbidden' : 'passing';
}

const isUnmatched = ({ response }: Record<string, unknown>): boolean =>
	JSON.stringify(response ?? '').includes('unmatched topic');

/**
 * One private topic on the socket. Joins by itself whenever the socket is open, and again after whatever ended it:
 * an expired token, a crash of the channel, too many messages. A join that the server refused for good is tried
 * again seldom, because every refusal blocks the whole socket for 5 s.
 */
export class PhoenixChannel {
	state: TopicState = 'closed';
	readonly #fullTopic: string;
	readonly #retry: Backoff;
	readonly #refusedRetry: Backoff;
	#joinRef: string | null = null;
	#cancelTimer = (): void => {};
	#closeReason = '';
	#present: Present = {};

	constructor(
		private readonly socket: PhoenixSocket,
		readonly topic: string,
		private readonly listener: TopicListener,
		private readonly as: string | undefined,
	) {
		const { environment } = socket;
		this.#fullTopic = `realtime:${topic}`;
		this.#retry = new Backoff(environment, TIMING.reconnectFirst, TIMING.reconnectMost);
		this.#refusedRetry = new Backoff(environment, TIMING.refusedJoinFirst, TIMING.refusedJoinMost);
	}

	get isJoined(): boolean {
		return this.state === 'joined' || this.state === 'live';
	}

	/** Joins, unless nobody is signed in: such a join is known to be refused. */
	async join(): Promise<void> {
		this.#cancelTimer();
		this.#setState('joining');
		const joinRef = (this.#joinRef = this.socket.nextRef());
		const session = await this.socket.session();
		// While the token was fetched the topic may have been left, or joined anew.
		if (this.#joinRef !== joinRef || !this.socket.isOpen) return;
		if (session.error) return this.#tryAgain(this.#retry.next());
		const userId = session.data?.userId;
		if (!session.data || (this.as !== undefined && this.as !== userId)) return this.#refuse();
		const presence = this.listener.onPresence !== undefined;
		this.#push(joinRef, 'phx_join', {
			config: {
				private: true,
				broadcast: { ack: false, self: false, replication_ready: true },
				presence: { key: presence ? session.data.userId : '', enabled: presence },
				postgres_changes: [],
			},
			access_token: session.data.token,
		});
		this.#later(TIMING.joinTimeout, () => {
			this.#push(this.socket.nextRef(), 'phx_leave', {});
			this.#tryAgain(this.#retry.next());
		});
	}

	leave(): void {
		this.#cancelTimer();
		if (this.isJoined || this.#joinRef) this.#push(this.socket.nextRef(), 'phx_leave', {});
		this.#joinRef = null;
		this.#setState('closed');
	}

	/** The socket is gone; `join` follows when it is back. */
	socketClosed(): void {
		this.#cancelTimer();
		this.#joinRef = null;
		this.#present = {};
		this.#setState('joining');
	}

	send(event: string, payload: Record<string, unknown>): void {
		if (this.isJoined)
			this.#push(this.socket.nextRef(), 'broadcast', { type: 'broadcast', event, payload });
	}

	/** Says who we are to the others (presence). The server closes a channel that does so 6 times in 30 s. */
	track(payload: Record<string, unknown>): void {
		if (this.isJoined)
			this.#push(this.socket.nextRef(), 'presence', { type: 'presence', event: 'track', payload });
	}

	/** A renewed token: without it the server closes the channel at the old one's expiry. */
	pushToken(token: string): void {
		if (this.isJoined) this.#push(this.socket.nextRef(), 'access_token', { access_token: token });
	}

	/** Somebody signed in or the page woke up: a refusal may be outdated. */
	reconsider(): void {
		if (this.state !== 'refused') return;
		this.#refusedRetry.reset();
		void this.join();
	}

	receive(frame: Frame): void {
		const ours = this.#joinRef !== null && frame.joinRef === this.#joinRef;
		if (frame.event === 'broadcast') this.#broadcast(frame.payload);
		else if (frame.event === 'phx_reply' && ours && frame.ref === this.#joinRef)
			this.#joinReply(frame.payload);
		// To something we sent: the server does not know the channel (any more).
		else if (frame.event === 'phx_reply' && this.isJoined && isUnmatched(frame.payload))
			this.#tryAgain(this.#retry.next());
		else if (frame.event === 'system' && ours) this.#system(frame.payload);
		// A close of a former join of this topic (it comes after the new one's reply) does not concern us.
		else if (frame.event === 'phx_close' && ours) this.#closed();
		else if (frame.event === 'phx_error' && ours) this.#tryAgain(this.#retry.next());
		else if (frame.event.startsWith('presence_')) this.#presence(frame);
	}

	#joinReply(payload: Record<string, unknown>): void {
		this.#cancelTimer();
		if (payload.status === 'ok') {
			this.#refusedRetry.reset();
			this.#setState('joined');
			// Servers before 2.111 never tell that the stream is up; newer ones close the channel after 60 s without.
			return this.#later(TIMING.assumeLive, () => this.#setState('live'));
		}
		this.#refusedBecause(JSON.stringify(payload.response));
	}

	#system({ status, message, extension }: Record<string, unknown>): void {
		if (status === 'error') this.#closeReason = String(message);
		else if (extension === 'system' && /^Replication connection/.test(String(message))) {
			this.#cancelTimer();
			this.#retry.reset();
			this.#setState('live');
		}
	}

	/** The server ended the channel; the system message before it told why. */
	#closed(): void {
		const reason = this.#closeReason;
		this.#closeReason = '';
		this.#refusedBecause(reason);
	}

	#refusedBecause(reason: string): void {
		const refusal = refusalOf(reason);
		if (refusal === 'forbidden') return this.#refuse();
		if (refusal === 'passing') return this.#tryAgain(this.#retry.next());
		// Once with another token at once; if that is refused as well, the third is no surer.
		const firstTime = this.#retry.failures === 0;
		const wait = this.#retry.next();
		this.socket.tokenRefused();
		this.#tryAgain(firstTime ? 0 : wait);
	}

	#refuse(): void {
		this.#joinRef = null;
		this.#setState('refused');
		this.#later(this.#refusedRetry.next(), () => void this.join());
	}

	#tryAgain(wait: number): void {
		this.#joinRef = null;
		this.#present = {};
		this.#setState('joining');
		this.#later(wait, () => {
			if (this.socket.isOpen) void this.join();
		});
	}

	#broadcast({ event, payload }: Record<string, unknown>): void {
		if (this.isJoined && typeof event === 'string') this.listener.onEvent(event, payload);
	}

	#presence(frame: Frame): void {
		this.#present = mergePresence(this.#present, frame);
		this.listener.onPresence?.(this.#present);
	}

	#setState(state: TopicState): void {
		if (state === this.state) return;
		this.state = state;
		this.listener.onState(state);
	}

	#later(ms: number, callback: () => void): void {
		this.#cancelTimer();
		this.#cancelTimer = this.socket.environment.after(ms, callback);
	}

	#push(ref: string, event: string, payload: Record<string, unknown>): void {
		this.socket.push({ joinRef: this.#joinRef, ref, topic: this.#fullTopic, event, payload });
	}
}
