import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { type Duplex } from 'node:stream';
import { type Refusal } from '../handshake';

/** Bodies of more bytes are refused, as by the real server's parser. */
const maxBodyBytes = 8_000_000;

/** The whole body, or undefined if it is too long. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	const stream: AsyncIterable<unknown> = request;
	for await (const chunk of stream) {
		if (!Buffer.isBuffer(chunk)) continue;
		bytes += chunk.length;
		if (bytes <= maxBodyBytes) chunks.push(chunk);
	}
	return bytes > maxBodyBytes ? undefined : Buffer.concat(chunks);
}

/** Responds with JSON, or with only the status. Pages of any origin may read it. */
export function respond(response: ServerResponse, status: number, body?: unknown): void {
	response.setHeader('access-control-allow-origin', '*');
	response.statusCode = status;
	if (body === undefined) return void response.end();
	response.setHeader('content-type', 'application/json; charset=utf-8');
	response.end(JSON.stringify(body));
}

/** Responds to a preflight request: any header, these methods. */
export function respondToPreflight(request: IncomingMessage, response: ServerResponse): void {
	const wanted = request.headers['access-control-request-headers'];
	if (wanted !== undefined) response.setHeader('access-control-allow-headers', wanted);
	response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
	respond(response, 200);
}

/** Responds to a WebSocket handshake with a plain HTTP response, and ends the connection. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
	const body = refusal.body === null ? '' : JSON.stringify(refusal.body);
	const head = [
		`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
		'content-type: application/json; charset=utf-8',
		`content-length: ${Buffer.byteLength(body)}`,
		'connection: close',
	];
	if (!socket.destroyed) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
