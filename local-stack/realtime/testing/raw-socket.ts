import { once } from 'node:events';
import WebSocket from 'ws';
import { z } from 'zod';
import { publishableKey, userToken } from './test-server';

/** A text frame in vsn 2.0.0. */
export interface Frame {
	joinRef: string | null;
	ref: string | null;
	topic: string;
	event: string;
	payload: Record<string, unknown>;
}

/** A connection on which tests write frames themselves, and which stores every received text frame. */
export class RawSocket {
	readonly ws: WebSocket;
	readonly frames: Frame[] = [];
	#ref = 100;
	readonly #waiting = new Set<() => void>();

	private constructor(ws: WebSocket) {
		this.ws = ws;
		ws.on('message', (data: Buffer, isBinary) => {
			if (isBinary) return;
			this.frames.push(readFrame(data.toString('utf8')));
			for (const look of this.#waiting) look();
		});
	}

	static async open(serverUrl: string, query = `vsn=2.0.0&apikey=${publishableKey}`) {
		const url = `${serverUrl.replace(/^http/, 'ws')}/realtime/v1/websocket?${query}`;
		const socket = new RawSocket(new WebSocket(url));
		await once(socket.ws, 'open');
		return socket;
	}

	/** Sends an event and returns the reference that the reply will have. */
	push(topic: string, event: string, payload: unknown, joinRef: string | null = '1'): string {
		const ref = String(++this.#ref);
		this.ws.send(JSON.stringify([joinRef, ref, topic, event, payload]));
		return ref;
	}

	/** Joins `realtime:<name>` and resolves to the reply's payload. */
	async join(
		name: string,
		config: object = {},
		options: { token?: string; joinRef?: string } = {},
	) {
		const { token = userToken(), joinRef = '1' } = options;
		const topic = `realtime:${name}`;
		return this.reply(this.push(topic, 'phx_join', { config, access_token: token }, joinRef));
	}

	/** The payload of the reply to a push. */
	async reply(ref: string): Promise<Record<string, unknown>> {
		return (await this.until((frame) => frame.event === 'phx_reply' && frame.ref === ref)).payload;
	}

	/** Resolves to the first matching frame, already received or not. */
	until(fits: (frame: Frame) => boolean): Promise<Frame> {
		return new Promise((resolve) => {
			const look = (): void => {
				const found = this.frames.find(fits);
				if (!found) return;
				this.#waiting.delete(look);
				resolve(found);
			};
			this.#waiting.add(look);
			look();
		});
	}

	/** Resolves to the code with which the server closes the connection. */
	closed(): Promise<number> {
		return new Promise((resolve) => this.ws.once('close', resolve));
	}
}

const frameSchema = z.tuple([
	z.string().nullable(),
	z.string().nullable(),
	z.string(),
	z.string(),
	z.record(z.string(), z.unknown()),
]);

function readFrame(text: string): Frame {
	const [joinRef, ref, topic, event, payload] = frameSchema.parse(JSON.parse(text));
	return { joinRef, ref, topic, event, payload };
}
