import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A received request. */
export interface Received {
	path: string;
	headers: Record<string, string>;
	body: string;
}

/** Responds to a request; without it, 204. */
export type Answer = (response: ServerResponse, received: Received) => void;

export interface WebhookReceiver {
	/** `http://127.0.0.1:<port>` */
	url: string;
	/** host:port, the format of a private target in the settings. */
	target: string;
	received: Received[];
	/** Faults for coming requests, by path. */
	answers: Map<string, Answer>;
	stop(): Promise<void>;
}

/** A team's own server, for tests: receives webhooks and responds as the test defines. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
	const received: Received[] = [];
	const answers = new Map<string, Answer>();
	const server = createServer((request, response) => {
		let body = '';
		request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
		request.on('end', () => {
			const path = request.url ?? '';
			const one = { path, headers: plainHeaders(request.headers), body };
			received.push(one);
			const answer = answers.get(path);
			if (answer) answer(response, one);
			else response.writeHead(204).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		target: `127.0.0.1:${port}`,
		received,
		answers,
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

const plainHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
	Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
