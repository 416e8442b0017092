import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, inject } from 'vitest';
import WebSocket from 'ws';
import { signToken } from '../../../local-stack/stack/project-keys';
import { readBinary, readText, type Frame, type Version } from './protocol';

const open: WebSocket[] = [];
afterEach(() => {
	for (const socket of open.splice(0)) socket.terminate();
});

/** The time in whole seconds, as tokens count it. */
export const seconds = (): number => Math.floor(Date.now() / 1000);

/** A short name that no other test uses. */
export const unique = (): string => randomUUID().slice(0, 8);

/** A token of a signed-in user; `claims` add to it or replace. */
export function userToken(claims: object = {}, secret = inject('stack').jwtSecret): string {
	const user = { role: 'authenticated', aud: 'authenticated', sub: randomUUID() };
	return signToken({ ...user, iat: seconds(), exp: seconds() + 3600, ...claims }, secret);
}

/** The address of the server's WebSocket. */
export function socketUrl(query: Record<string, string>): string {
	const { apiUrl } = inject('stack');
	const base = `${apiUrl.replace(/^http/, 'ws')}/realtime/v1/websocket`;
	return `${base}?${new URLSearchParams(query)}`;
}

/** Connects and expects to be refused: the answer's status and body. */
export async function refusedHandshake(query: Record<string, string>) {
	const socket = new WebSocket(socketUrl(query));
	socket.on('error', () => {});
	const [, response] = await once(socket, 'unexpected-response');
	return { status: response.statusCode, body: await text(response) };
}

interface PushOptions {
	ref?: string;
	joinRef?: string | null;
}

/** A connection that speaks the protocol by hand and keeps every frame. It is closed after the test. */
export class Connection {
	readonly frames: Frame[] = [];
	readonly #socket: WebSocket;
	readonly #version: Version;
	readonly #waiting = new Set<() => void>();
	#lastRef = 100;

	private constructor(socket: WebSocket, version: Version) {
		this.#socket = socket;
		this.#version = version;
		socket.on('message', (data: Buffer, isBinary) => {
			this.frames.push(isBinary ? readBinary(data) : readText(data.toString('utf8'), version));
			for (const check of this.#waiting) check();
		});
	}

	static async open(version: Version = '2.0.0'): Promise<Connection> {
		const { publishableKey } = inject('stack');
		const socket = new WebSocket(socketUrl({ vsn: version, apikey: publishableKey }));
		open.push(socket);
		const connection = new Connection(socket, version);
		await once(socket, 'open');
		return connection;
	}

	/** Sends an event and returns the reference that a reply to it carries. */
	push(topic: string, event: string, payload: object, options: PushOptions = {}): string {
		const { ref = String(++this.#lastRef), joinRef = '1' } = options;
		const frame =
			this.#version === '2.0.0'
				? [joinRef, ref, topic, event, payload]
				: { topic, event, payload, ref, join_ref: joinRef };
		this.send(JSON.stringify(frame));
		return ref;
	}

	/** Sends bytes or text as they are. */
	send(data: string | Buffer): void {
		this.#socket.send(data);
	}

	/** Resolves to the first frame that fits, past or to come. The test's time limit is its deadline. */
	until(fits: (frame: Frame) => boolean): Promise<Frame> {
		return new Promise((resolve) => {
			const check = (): void => {
				const found = this.frames.find(fits);
				if (!found) return;
				this.#waiting.delete(check);
				resolve(found);
			};
			this.#waiting.add(check);
			check();
		});
	}

	/** Resolves to the payload of the reply to a push. */
	async reply(ref: string): Promise<Record<string, unknown>> {
		return (await this.until((frame) => frame.event === 'phx_reply' && frame.ref === ref)).payload;
	}

	/** Joins `realtime:<topic>` and resolves to the payload of the reply. */
	join(topic: string, config: object, token = userToken(), ref = '1') {
		const payload = { config, access_token: token };
		this.push(`realtime:${topic}`, 'phx_join', payload, { ref, joinRef: ref });
		return this.reply(ref);
	}

	/** Joins a private topic and waits until the database's broadcasts arrive there. */
	async joinLive(topic: string, token = userToken()): Promise<Frame> {
		await this.join(topic, { private: true, broadcast: { replication_ready: true } }, token);
		return this.until((frame) => frame.payload.message === 'Replication connection established');
	}

	/** Resolves to the broadcast of this event. */
	broadcast(event: string): Promise<Frame> {
		return this.until((frame) => frame.event === 'broadcast' && frame.payload.event === event);
	}

	/** Every broadcast so far. */
	get broadcasts(): Frame[] {
		return this.frames.filter((frame) => frame.event === 'broadcast');
	}

	/** Resolves when the server has answered: all that was sent before has been worked. */
	async heartbeat(): Promise<Frame> {
		const ref = this.push('phoenix', 'heartbeat', {}, { joinRef: null });
		return this.until((frame) => frame.ref === ref);
	}

	/** Cuts the connection without a goodbye. */
	cut(): void {
		this.#socket.terminate();
	}
}
