import { broadcastFromClient } from './channel-broadcast';
import { ChannelPresence } from './channel-presence';
import { type ChannelSession } from './channel-session';
import { findTokenFault, nextTokenCheckMs, refreshToken } from './channel-token';
import { type RealtimeContext } from '../context';
import {
	type ClientFrame,
	type Encoded,
	reply,
	type Serializer,
	type ServerFrame,
} from '../wire/frames';
import { type Delivery, type Subscriber } from '../hub';
import { isObject } from '../wire/json';
import { announcePostgresChanges, announceReplication } from './channel-notices';
import { type StoredMessage, replayedBytes } from './replay';

/** The part of the socket that a channel uses. */
export interface ChannelSocket {
	readonly serializer: Serializer;
	send(frame: ServerFrame): void;
	sendEncoded(encoded: Encoded | undefined): void;
	/** Removes the channel; a newer one of the same topic stays. */
	forget(channel: Channel): void;
}

/** One joined topic of one socket. It handles its frames one after the other. */
export class Channel implements Subscriber {
	readonly session: ChannelSession;
	#open = true;
	#work = Promise.resolve();
	#replayedIds = new Set<string>();
	#tokenTimer: NodeJS.Timeout | undefined;
	#stopNotices: (() => void)[] = [];
	readonly #presence: ChannelPresence;
	readonly #socket: ChannelSocket;
	readonly #context: RealtimeContext;

	constructor(session: ChannelSession, socket: ChannelSocket, context: RealtimeContext) {
		this.session = session;
		this.#socket = socket;
		this.#context = context;
		this.#presence = new ChannelPresence(session, this, context);
	}

	/** Subscribes, and sends the messages that follow the reply to a join: replayed messages, presence, notices. */
	start(replayed: StoredMessage[]): void {
		const { config, key } = this.session;
		this.#context.hub.subscribe(key, this);
		this.#replayedIds = new Set(replayed.map((message) => message.id));
		for (const message of replayed) this.#replay(message);
		if (config.presenceEnabled && this.session.mayReadPresence)
			this.push('presence_state', this.#context.presence.state(key));
		this.#scheduleTokenCheck();
		if (config.replicationReady) this.#stopNotices.push(announceReplication(this, this.#context));
		if (config.postgresChanges.length > 0)
			this.#stopNotices.push(announcePostgresChanges(this, config.postgresChanges));
	}

	/** Handles a frame of the client; a frame that needs the policies may be answered later. */
	handle(frame: ClientFrame): void {
		this.#enqueue(() => this.#answer(frame));
	}

	/** Resolves when all received frames are answered. */
	settled(): Promise<void> {
		return this.#work;
	}

	receive(delivery: Delivery): void {
		const isPresence =
			delivery.broadcast.kind === 'json' && delivery.broadcast.event === 'presence_diff';
		if (isPresence ? !this.session.mayReadPresence : !this.session.mayReadBroadcast) return;
		if (delivery.messageId !== undefined && this.#replayedIds.has(delivery.messageId)) return;
		this.#socket.sendEncoded(delivery.encode(this.#socket.serializer, this.session.topic));
		if (isPresence) return;
		this.#context.events.add();
		if (this.#context.events.exceeded) this.shutdown('Too many messages per second');
	}

	/** Sends an event with the reference of the join. */
	push(event: string, payload: unknown, ref: string | null = null): void {
		const { joinRef, topic } = this.session;
		this.#socket.send({ kind: 'push', joinRef, ref, topic, event, payload });
	}

	/** Sends a message of the server itself. */
	pushSystem(extension: string, status: 'ok' | 'error', message: string): void {
		this.push('system', { message, status, extension, channel: this.session.name });
	}

	/** Closes the channel with a reason; the socket and its other channels stay. */
	shutdown(message: string): void {
		if (!this.#open) return;
		this.#context.log(`realtime: closing ${this.session.name}: ${message}`);
		this.pushSystem('system', 'error', message);
		this.close();
	}

	/** Closes the channel as after `phx_leave` or a newer join of the same topic. */
	close(): void {
		this.stop();
		this.push('phx_close', {}, this.session.joinRef);
	}

	/** Unsubscribes without a message, for example when the socket has closed. */
	stop(): void {
		this.#open = false;
		clearTimeout(this.#tokenTimer);
		for (const stopNotice of this.#stopNotices) stopNotice();
		this.#context.hub.unsubscribe(this.session.key, this);
		this.#presence.stop();
		this.#socket.forget(this);
	}

	#enqueue(work: () => Promise<void>): void {
		this.#work = this.#work
			.then(() => (this.#open ? work() : undefined))
			.catch((error: unknown) => this.#crash(error));
	}

	async #answer(frame: ClientFrame): Promise<void> {
		switch (frame.event) {
			case 'phx_leave':
				this.#socket.send(reply(frame, 'ok'));
				return this.close();
			case 'broadcast':
				return this.#broadcast(frame);
			case 'presence':
				return this.#track(frame);
			case 'access_token':
				return this.#refresh(isObject(frame.payload) ? frame.payload.access_token : null);
			default:
				// Unknown events get no reply, but they count for the rate.
				this.#context.events.add();
		}
	}

	async #broadcast(frame: ClientFrame): Promise<void> {
		const result = await broadcastFromClient(frame, this.session, this, this.#context);
		if (!this.#open || !this.session.config.ackBroadcast || result === 'silence') return;
		this.#socket.send(result === 'ok' ? reply(frame, 'ok') : reply(frame, 'error', result));
	}

	async #track(frame: ClientFrame): Promise<void> {
		const result = await this.#presence.handle(frame.payload);
		// The socket may have closed during the evaluation of the policies; presence must not stay then.
		if (!this.#open) return this.#presence.stop();
		if (result.status === 'shutdown') return this.shutdown(result.message);
		const response = result.status === 'error' ? result.response : {};
		this.#socket.send(reply(frame, result.status, response));
	}

	async #refresh(token: unknown): Promise<void> {
		const reason = await refreshToken(this.session, token, this.#context);
		if (reason !== undefined) return this.shutdown(reason);
		if (this.#open) this.#scheduleTokenCheck();
	}

	#scheduleTokenCheck(): void {
		clearTimeout(this.#tokenTimer);
		this.#tokenTimer = setTimeout(() => {
			this.#enqueue(async () => {
				const reason = findTokenFault(this.session, this.#context);
				if (reason === undefined) this.#scheduleTokenCheck();
				else this.shutdown(reason);
			});
		}, nextTokenCheckMs(this.session));
	}

	#replay(message: StoredMessage): void {
		const bytes = replayedBytes(message);
		if (bytes) return this.#socket.send({ ...bytes, topic: this.session.topic });
		const { event, id, payload } = message;
		this.push('broadcast', { event, meta: { id, replayed: true }, payload, type: 'broadcast' });
	}

	#crash(error: unknown): void {
		if (!this.#open) return;
		this.#context.log(`realtime: ${this.session.name} crashed: ${String(error)}`);
		this.stop();
		this.push('phx_error', { reason: 'channel_crash' }, this.session.joinRef);
	}
}
