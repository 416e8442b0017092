/**
 * supabase-js requires a WebSocket class when a client is made, and Node 20 has none. The server needs no WebSocket,
 * because browsers connect to Realtime themselves. So this class only has the interface, and refuses to open.
 */
export class NoSocket extends EventTarget {
	readonly CONNECTING = 0;
	readonly OPEN = 1;
	readonly CLOSING = 2;
	readonly CLOSED = 3;
	readonly readyState = 3;
	readonly protocol = '';
	readonly url: string;
	onopen = null;
	onmessage = null;
	onclose = null;
	onerror = null;

	constructor(address: string | URL) {
		super();
		this.url = String(address);
		this.send();
	}

	close(): void {
		// It was never open.
	}

	send(): never {
		throw new Error('The dashboard’s server opens no sockets.');
	}
}
