import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Served {
	/** Without a slash at the end. */
	url: string;
	close(): Promise<void>;
}

/** An HTTP server on a free port; `host` names it, so that two servers can be two sites. */
export async function serve(
	handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
	host = '127.0.0.1',
): Promise<Served> {
	const server = createServer((request, response) => {
		Promise.resolve(handle(request, response)).catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return {
		url: `http://${host}:${port}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

export async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
	let text = '';
	for await (const part of request) text += String(part);
	return JSON.parse(text || '{}') as Record<string, unknown>;
}
