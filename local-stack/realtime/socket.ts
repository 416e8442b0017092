import { setTimeout as delay } from 'node:timers/promises';
import { type RawData, type WebSocket } from 'ws';
import { Channel, type ChannelSocket } from './channel/channel';
import { type RealtimeContext } from './context';
import {
	type ClientFrame,
	type Encoded,
	reply,
	type Serializer,
	type ServerFrame,
} from './wire/frames';
import { acceptJoin, topicPrefix } from './channel/join';
import { JoinError } from './channel/join-error';
import { type Handshake } from './handshake';
import { SocketTimers } from './socket-timers';

/**
 * One client connection. Frames are handled one after the other. While a join is being decided, no other frame is
 * handled or sent, not even heartbeats, as on the real server.
 */
export class RealtimeSocket implements ChannelSocket {
	readonly serializer: Serializer;
	readonly #channels = new Map<string, Channel>();
	readonly #ws: WebSocket;
	readonly #handshake: Handshake;
	readonly #context: RealtimeContext;
	readonly #timers: SocketTimers;
	#inbox = Promise.resolve();
	/** Messages that wait until a join is decided; undefined when no join is pending. */
	#held: Encoded[] | undefined;

	constructor(ws: WebSocket, handshake: Handshake, context: RealtimeContext) {
		this.#ws = ws;
		this.#handshake = handshake;
		this.serializer = handshake.serializer;
		this.#context = context;
		this.#timers = new SocketTimers(ws, context.limits);
		ws.on('message', (data, isBinary) => this.#receive(toBuffer(data), isBinary));
		ws.on('error', (error) => context.log(`realtime: socket failed: ${error.message}`));
		ws.on('close', () => this.#end());
	}

	send(frame: ServerFrame): void {
		this.sendEncoded(this.serializer.encode(frame));
	}

	sendEncoded(encoded: Encoded | undefined): void {
		if (encoded === undefined) return;
		if (this.#held) this.#held.push(encoded);
		else this.#write(encoded);
	}

	forget(channel: Channel): void {
		const { topic } = channel.session;
		if (this.#channels.get(topic) === channel) this.#channels.delete(topic);
		if (this.#channels.size === 0) this.#timers.startNoChannel();
	}

	/** Closes the connection: 1012 means a restarting server, 1001 that the server drops the client. */
	close(code: number): void {
		this.#ws.close(code);
	}

	/** Cuts the connection, so that the client sees 1006. */
	terminate(): void {
		this.#ws.terminate();
	}

	#receive(data: Buffer, isBinary: boolean): void {
		const frame = this.serializer.decode(data, isBinary);
		if (!frame) return this.#context.log('realtime: a malformed frame was ignored');
		this.#inbox = this.#inbox
			.then(() => this.#handle(frame))
			.catch((error: unknown) => {
				this.#context.log(`realtime: socket crashed: ${String(error)}`);
				this.terminate();
			});
	}

	async #handle(frame: ClientFrame): Promise<void> {
		if (this.#ws.readyState !== this.#ws.OPEN) return;
		if (frame.topic === 'phoenix' && frame.event === 'heartbeat')
			return this.send(reply({ ...frame, joinRef: null }, 'ok'));
		if (frame.event === 'phx_join' && frame.topic.startsWith(topicPrefix)) return this.#join(frame);

		const channel = this.#channels.get(frame.topic);
		if (!channel) return this.#answerUnmatched(frame);
		const { joinRef } = channel.session;
		// A leave for an earlier join of this topic, which is already closed.
		if (frame.event === 'phx_leave' && joinRef !== null && frame.joinRef !== joinRef) return;
		channel.handle(frame);
	}

	#answerUnmatched(frame: ClientFrame): void {
		if (frame.event === 'phx_leave') return this.send(reply(frame, 'ok'));
		this.send(reply({ ...frame, joinRef: null }, 'error', { reason: 'unmatched topic' }));
	}

	async #join(frame: ClientFrame): Promise<void> {
		this.#held = [];
		await this.#closeEarlier(frame.topic);
		let closeCode: number | undefined;
		let answer: ServerFrame;
		try {
			const { session, replayed } = await acceptJoin(frame, this.#joining(), this.#context);
			const postgres_changes = session.config.postgresChanges.map((change, id) => ({
				...change,
				id,
			}));
			answer = reply(frame, 'ok', { postgres_changes });
			if (this.#ws.readyState === this.#ws.OPEN) {
				const channel = new Channel(session, this, this.#context);
				this.#channels.set(frame.topic, channel);
				this.#timers.stopNoChannel();
				channel.start(replayed);
			}
		} catch (error) {
			if (!(error instanceof JoinError)) throw error;
			this.#context.log(`realtime: ${frame.topic} was refused: ${error.message}`);
			answer = reply(frame, 'error', { reason: error.message });
			({ closeCode } = error);
			await delay(this.#context.joinErrorDelayMs, undefined, { ref: false });
		}
		this.#release(answer);
		if (closeCode !== undefined) this.close(closeCode);
	}

	/** A join ends an earlier one of the same topic, after the pending replies of that one. */
	async #closeEarlier(topic: string): Promise<void> {
		await this.#channels.get(topic)?.settled();
		this.#channels.get(topic)?.close();
	}

	#joining(): { token: string; headers: Record<string, string>; channelCount: number } {
		return { ...this.#handshake, channelCount: this.#channels.size };
	}

	/** Sends the reply to the join, then the messages that waited for it. */
	#release(answer: ServerFrame): void {
		const held = this.#held ?? [];
		this.#held = undefined;
		this.send(answer);
		for (const encoded of held) this.#write(encoded);
	}

	#write(encoded: Encoded): void {
		if (this.#ws.readyState === this.#ws.OPEN) this.#ws.send(encoded);
	}

	#end(): void {
		this.#timers.stop();
		for (const channel of [...this.#channels.values()]) channel.stop();
	}
}

function toBuffer(data: RawData): Buffer {
	if (Buffer.isBuffer(data)) return data;
	return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
