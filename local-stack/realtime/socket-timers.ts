import { type WebSocket } from 'ws';
import { type RealtimeLimits } from './limits';

/** Ends sockets that send nothing (1000), and those that left their last channel long ago (cut). */
export class SocketTimers {
	readonly #ws: WebSocket;
	readonly #limits: RealtimeLimits;
	readonly #idle: NodeJS.Timeout;
	#noChannel: NodeJS.Timeout | undefined;

	constructor(ws: WebSocket, limits: RealtimeLimits) {
		this.#ws = ws;
		this.#limits = limits;
		this.#idle = setTimeout(() => ws.close(1000), limits.idleTimeoutMs);
		for (const event of ['message', 'ping', 'pong'] as const)
			ws.on(event, () => this.#idle.refresh());
	}

	startNoChannel(): void {
		this.stopNoChannel();
		this.#noChannel = setTimeout(() => this.#ws.terminate(), this.#limits.noChannelTimeoutMs);
		this.#noChannel.unref();
	}

	stopNoChannel(): void {
		clearTimeout(this.#noChannel);
	}

	stop(): void {
		clearTimeout(this.#idle);
		this.stopNoChannel();
	}
}
