import WebSocket from 'ws';

/** `ws` with the one constructor that supabase-js calls: Node 20 has no WebSocket of its own. */
export class NodeWebSocket extends WebSocket {
	constructor(address: string | URL, protocols?: string | string[]) {
		super(address, protocols);
	}
}
