import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';
import { corsHeaders, preflight } from './cors';
import { sendWebResponse, toWebRequest } from './node-http';
import { jsonResponse } from './responses';

/** The handler for a path prefix: for Web requests, or for Node's own, which stream. */
export type Route =
	| { prefix: string; web: (request: Request) => Promise<Response> }
	| {
			prefix: string;
			node: (request: IncomingMessage, response: ServerResponse) => void;
			/** It handles preflight requests itself. */
			ownPreflight: boolean;
	  };

export interface GatewayOptions {
	/** Read for each request, because parts that start later are added later. */
	routes: Route[];
	/** Accepts WebSockets below `/realtime/v1/`. */
	upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
	log: (line: string) => void;
}

/** Makes the HTTP server of the API from its parts. The caller calls `listen`. */
export function createGateway(options: GatewayOptions): Server {
	const server = createServer((request, response) => {
		answer(request, response, options.routes).catch((error: unknown) => {
			options.log(`gateway: ${request.method} ${request.url}: ${String(error)}`);
			if (response.headersSent) response.destroy();
			else void send(response, jsonResponse(500, { message: 'An unexpected error occurred' }));
		});
	});
	server.on('upgrade', (request, socket, head) => {
		socket.on('error', () => undefined); // The browser closed the connection during the handshake.
		if (request.url?.startsWith('/realtime/v1/')) options.upgrade(request, socket, head);
		else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
	});
	return server;
}

async function answer(
	request: IncomingMessage,
	response: ServerResponse,
	routes: Route[],
): Promise<void> {
	const route = routes.find(({ prefix }) => request.url?.startsWith(prefix));
	if (!route)
		return await send(response, jsonResponse(404, { error: 'requested path is invalid' }));
	if (request.method === 'OPTIONS' && !('node' in route && route.ownPreflight)) {
		const asked = request.headers['access-control-request-headers'];
		return await send(response, preflight(asked));
	}
	if ('node' in route) return route.node(request, response);
	const origin = `http://${request.headers.host ?? '127.0.0.1'}`;
	await send(response, await route.web(await toWebRequest(request, origin)));
}

async function send(response: ServerResponse, content: Response): Promise<void> {
	await sendWebResponse(content, response, corsHeaders());
}
