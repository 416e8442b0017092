import type { BrowserContext, WebSocketRoute } from '@playwright/test';

/**
 * Disconnects and reconnects the network of one browser context. Chromium's offline mode keeps open sockets,
 * which a real network does not; here they close too.
 */
export class Network {
	readonly #open = new Set<WebSocketRoute>();
	#socketsBlocked = false;
	#onHeartbeat = (): void => {};

	private constructor(private readonly context: BrowserContext) {}

	/** Call this before the context has a page. */
	static async of(context: BrowserContext): Promise<Network> {
		const network = new Network(context);
		await context.routeWebSocket(/\/realtime\/v1\//, (socket) => network.#route(socket));
		return network;
	}

	async #route(socket: WebSocketRoute): Promise<void> {
		if (this.#socketsBlocked) return socket.close({ code: 1011 });
		this.#open.add(socket);
		const server = socket.connectToServer();
		socket.onMessage((message) => {
			server.send(message);
			if (String(message).includes('"heartbeat"')) this.#onHeartbeat();
		});
		server.onClose((code, reason) => {
			this.#open.delete(socket);
			void socket.close({ ...(code === undefined ? {} : { code }), ...(reason ? { reason } : {}) });
		});
	}

	/** Blocks WebSockets, as some firewalls do; requests still pass. */
	async blockSockets(): Promise<void> {
		this.#socketsBlocked = true;
		const open = [...this.#open];
		this.#open.clear();
		await Promise.all(open.map((socket) => socket.close({ code: 1011 })));
	}

	/** Resolves when a page next sends the socket's heartbeat: every 25 seconds while a socket is open. */
	nextHeartbeat(): Promise<void> {
		return new Promise((resolve) => (this.#onHeartbeat = resolve));
	}

	allowSockets(): void {
		this.#socketsBlocked = false;
	}

	async goOffline(): Promise<void> {
		await this.context.setOffline(true);
		await this.blockSockets();
	}

	async goOnline(): Promise<void> {
		this.allowSockets();
		await this.context.setOffline(false);
	}
}
