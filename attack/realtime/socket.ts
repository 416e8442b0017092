import { once } from 'node:events';
import WebSocket from 'ws';
import type { Target } from '../core/target';

/** The time limit for a reply; no reply counts as a refusal of the join, and is recorded as such. */
const PATIENCE_MS = 5_000;

/** The reply to a join or a push. */
export type Reply = { status: string; text: string } | 'no answer' | 'closed';

/** A connection to Realtime that sends frames no client library sends, and keeps every frame as text. */
export class AttackSocket {
	readonly frames: string[] = [];
	#ref = 0;

	private constructor(readonly socket: WebSocket) {
		socket.on('message', (data: Buffer) => this.frames.push(data.toString('utf8')));
		socket.on('error', () => this.frames.push('error'));
	}

	static async open({ apiUrl, publishableKey }: Target): Promise<AttackSocket> {
		const url = `${apiUrl.replace(/^http/, 'ws')}/realtime/v1/websocket?vsn=2.0.0&apikey=${publishableKey}`;
		const opened = new AttackSocket(new WebSocket(url));
		await once(opened.socket, 'open');
		return opened;
	}

	/** Sends a frame and waits for the reply to it. */
	async push(topic: string, event: string, payload: unknown): Promise<Reply> {
		const ref = String((this.#ref += 1));
		this.socket.send(JSON.stringify(['1', ref, topic, event, payload]));
		return this.#reply(ref);
	}

	/** Sends bytes or text that may be no valid frame. */
	sendRaw(data: string | Uint8Array): void {
		this.socket.send(data);
	}

	join(topic: string, token: string | undefined, config: object): Promise<Reply> {
		const payload = { config, ...(token === undefined ? {} : { access_token: token }) };
		return this.push(`realtime:${topic}`, 'phx_join', payload);
	}

	/** Resolves when a frame contains the word, or after the time limit. */
	async waitFor(word: string): Promise<boolean> {
		return this.#until(() => this.frames.some((frame) => frame.includes(word)));
	}

	close(): void {
		this.socket.terminate();
	}

	async #reply(ref: string): Promise<Reply> {
		let reply: Reply = 'no answer';
		await this.#until(() => {
			const frame = this.frames.find((text) => text.includes('"phx_reply"') && refOf(text) === ref);
			if (frame !== undefined) reply = { status: statusOf(frame), text: frame };
			else if (this.socket.readyState === WebSocket.CLOSED) reply = 'closed';
			return reply !== 'no answer';
		});
		return reply;
	}

	#until(done: () => boolean): Promise<boolean> {
		if (done()) return Promise.resolve(true);
		return new Promise((resolve) => {
			const finish = (result: boolean): void => {
				clearTimeout(timer);
				this.socket.off('message', check).off('close', check);
				resolve(result);
			};
			const check = (): void => {
				if (done()) finish(true);
			};
			const timer = setTimeout(() => finish(false), PATIENCE_MS);
			this.socket.on('message', check).on('close', check);
		});
	}
}

function refOf(frame: string): unknown {
	const parsed: unknown = JSON.parse(frame);
	return Array.isArray(parsed) ? parsed[1] : undefined;
}

function statusOf(frame: string): string {
	return /"status":"([^"]*)"/.exec(frame)?.[1] ?? '';
}
