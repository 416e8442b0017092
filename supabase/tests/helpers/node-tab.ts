import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import type { ChatEnvironment, SocketHandlers, SocketLike } from '$chat/environment';

/** A browser tab without a browser: real time, real requests, real sockets. */
export class NodeTab implements ChatEnvironment {
	readonly storage = null;
	readonly tabStorage = null;
	readonly locks = null;
	readonly sockets = new Set<WebSocket>();
	readonly sent: string[] = [];
	/** Requests fail while it is false; sockets are cut. */
	online = true;
	readonly #timers = new Set<NodeJS.Timeout>();
	readonly #wake = new Set<() => void>();

	now = (): number => Date.now();
	random = (): number => Math.random();
	uuid = (): string => randomUUID();
	openTabChannel = (): null => null;
	isOnline = (): boolean => this.online;
	isVisible = (): boolean => true;
	onStorage = () => () => undefined;
	upload = () => Promise.resolve({ status: 0, body: undefined });

	after(ms: number, callback: () => void): () => void {
		const timer = setTimeout(callback, ms);
		this.#timers.add(timer);
		return () => {
			clearTimeout(timer);
		};
	}

	fetch(url: string, init: RequestInit): Promise<Response> {
		return this.online ? fetch(url, init) : Promise.reject(new TypeError('Failed to fetch'));
	}

	openSocket(url: string, handlers: SocketHandlers): SocketLike {
		const socket = new WebSocket(url);
		socket.binaryType = 'arraybuffer';
		this.sockets.add(socket);
		socket.on('open', () => {
			if (this.online) handlers.onOpen();
			else socket.terminate();
		});
		socket.on('message', (data, isBinary) => {
			handlers.onMessage(isBinary ? data : Buffer.from(data as ArrayBuffer).toString());
		});
		socket.on('error', () => undefined);
		socket.on('close', () => {
			this.sockets.delete(socket);
			handlers.onClose();
		});
		return {
			send: (data) => {
				this.sent.push(data);
				if (socket.readyState === WebSocket.OPEN) socket.send(data);
			},
			close: () => {
				socket.close();
			},
		};
	}

	on(event: string, listener: () => void): () => void {
		if (event === 'wake') this.#wake.add(listener);
		return () => this.#wake.delete(listener);
	}

	cut(): void {
		for (const socket of this.sockets) socket.terminate();
	}

	goOffline(): void {
		this.online = false;
		this.cut();
	}

	goOnline(): void {
		this.online = true;
		for (const listener of this.#wake) listener();
	}

	close(): void {
		for (const timer of this.#timers) clearTimeout(timer);
		this.cut();
	}
}
