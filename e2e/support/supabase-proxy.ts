import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

/** A proxy in front of Supabase that can be slow or dead, for the dashboard's server. */
export interface SupabaseProxy {
	apiUrl: string;
	/** The calls received, as `POST /auth/v1/token?grant_type=refresh_token`. */
	calls: string[];
	/** The headers of the newest call. */
	lastHeaders(): IncomingMessage['headers'];
	/** How many calls are in progress. */
	pending(): number;
	/** When true, connections are accepted and no response is sent. */
	setSilent(silent: boolean): void;
	stop(): Promise<void>;
}

/** Forwards every call to `apiUrl`; calls to Auth after `authDelayMs`. */
export async function startSupabaseProxy(
	apiUrl: string,
	{ authDelayMs = 0 } = {},
): Promise<SupabaseProxy> {
	const calls: string[] = [];
	let headers: IncomingMessage['headers'] = {};
	let isSilent = false;
	let pending = 0;
	const server = createServer((incoming, answer) => {
		calls.push(`${incoming.method} ${incoming.url}`);
		headers = incoming.headers;
		pending += 1;
		answer.once('close', () => (pending -= 1));
		if (isSilent) return;
		const delay = incoming.url?.startsWith('/auth/') ? authDelayMs : 0;
		setTimeout(() => forward(apiUrl, incoming, answer), delay);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
	return {
		apiUrl: `http://127.0.0.1:${address.port}`,
		calls,
		lastHeaders: () => headers,
		pending: () => pending,
		setSilent: (silent) => (isSilent = silent),
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function forward(apiUrl: string, incoming: IncomingMessage, answer: ServerResponse): void {
	const { method, headers } = incoming;
	const onward = request(`${apiUrl}${incoming.url}`, { method, headers }, (reply) => {
		answer.writeHead(reply.statusCode ?? 502, reply.headers);
		reply.pipe(answer);
	});
	onward.on('error', () => answer.destroy());
	incoming.pipe(onward);
}
