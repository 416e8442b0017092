import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The fault of the network; `healthy` is none. */
export interface Condition {
	/** New connections are refused; `unavailable` answers them with 503 instead. */
	accept: 'all' | 'refuse' | 'unavailable';
	/** The treatment of bytes in transit: passed on, kept until the condition ends, or lost. */
	toServer: 'pass' | 'hold' | 'lose';
	toClient: 'pass' | 'hold' | 'lose';
	/** Delay of bytes, different for HTTP and WebSocket, so that one overtakes the other. */
	delayMs: { http: number; socket: number };
}

export const healthy: Condition = {
	...{ accept: 'all', toServer: 'pass', toClient: 'pass' },
	delayMs: { http: 0, socket: 0 },
};

const UNAVAILABLE =
	'HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/html\r\ncontent-length: 4\r\nconnection: close\r\n\r\nBusy';

/** One connection through the proxy. */
interface Pair {
	client: Socket;
	server: Socket;
	kind: 'http' | 'socket';
	/** Bytes held until the fault ends. */
	held: (() => void)[];
	/** It has lost bytes and cannot become healthy again. */
	torn: boolean;
}

/** A TCP proxy in front of an API that makes network faults on demand. */
export class FaultProxy {
	#condition = healthy;
	readonly #pairs = new Set<Pair>();
	readonly #server = createServer((client) => this.#accept(client));

	private constructor(readonly target: URL) {}

	static async start(apiUrl: string): Promise<FaultProxy> {
		const proxy = new FaultProxy(new URL(apiUrl));
		proxy.#server.listen(0, '127.0.0.1');
		await once(proxy.#server, 'listening');
		return proxy;
	}

	get url(): string {
		const address = this.#server.address();
		if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
		return `http://127.0.0.1:${address.port}`;
	}

	/** Changes the network from now on. Held bytes go on their way when nothing holds them any more. */
	become(condition: Condition): void {
		this.#condition = condition;
		for (const pair of this.#pairs) {
			const { held } = pair;
			pair.held = [];
			// A stream that lost bytes ends with the fault, as it would by a timeout of the system.
			if (pair.torn && condition === healthy) this.#destroy(pair);
			else for (const pass of held) pass();
		}
	}

	/** Cuts every connection, as a change of network does. */
	cut(): void {
		for (const pair of [...this.#pairs]) this.#destroy(pair);
	}

	async stop(): Promise<void> {
		this.cut();
		this.#server.close();
		await once(this.#server, 'close');
	}

	#accept(client: Socket): void {
		client.on('error', () => client.destroy());
		const { accept } = this.#condition;
		if (accept === 'refuse') client.resetAndDestroy();
		else if (accept === 'unavailable') client.once('data', () => client.end(UNAVAILABLE));
		else this.#connect(client);
	}

	#connect(client: Socket): void {
		const server = connect(Number(this.target.port), this.target.hostname);
		const pair: Pair = { client, server, kind: 'http', held: [], torn: false };
		this.#pairs.add(pair);
		for (const socket of [client, server]) {
			socket.on('error', () => this.#destroy(pair));
			socket.on('close', () => this.#destroy(pair));
		}
		client.once('data', (first: Buffer) => {
			if (/^upgrade: *websocket/im.test(first.toString('latin1'))) pair.kind = 'socket';
		});
		client.on('data', (chunk: Buffer) => this.#forward(pair, 'toServer', chunk));
		server.on('data', (chunk: Buffer) => this.#forward(pair, 'toClient', chunk));
	}

	#forward(pair: Pair, direction: 'toServer' | 'toClient', chunk: Buffer): void {
		const way = this.#condition[direction];
		const target = direction === 'toServer' ? pair.server : pair.client;
		const write = (): void => {
			if (!target.destroyed) target.write(chunk);
		};
		if (way === 'lose') pair.torn = true;
		// Later bytes must not overtake held ones.
		else if (way === 'hold' || pair.held.length > 0) pair.held.push(write);
		else setTimeout(write, this.#condition.delayMs[pair.kind]);
	}

	#destroy(pair: Pair): void {
		this.#pairs.delete(pair);
		pair.client.destroy();
		pair.server.destroy();
	}
}
