import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { Faults } from './faults';
import { Mailbox } from './mailbox';
import { fault, ResendError, type SendAttempt } from './types';

export type { Fault, Mail, SendAttempt } from './types';

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const PAGE_POLICY =
	"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data: https:";

/**
 * A stand-in for Resend's API that sends nothing and shows every email.
 * - `POST /emails`, `POST /emails/batch`: as in Resend, with idempotency keys; any key that begins with `re_` is valid;
 * - `GET /`: the page; `GET /api/mails`, `DELETE /api/mails`: the accepted emails (see `Mail`);
 * - `GET /api/requests`: every attempt (see `SendAttempt`); `PUT /api/faults`: faults for the next requests (see
 * `Fault`). `port` 0 means any free one. Throws if the port is taken.
 */
export async function startOutbox({
	port = 0,
	host = '127.0.0.1',
}: { port?: number; host?: string } = {}): Promise<{ url: string; stop(): Promise<void> }> {
	const outbox = new Outbox();
	const server = createServer((request, response) => {
		outbox.handle(request, response).catch((error: unknown) => {
			if (!response.headersSent) answer(response, 500, { message: String(error) });
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, resolve);
	});
	const address = server.address();
	if (typeof address !== 'object' || address === null) throw new Error('The outbox has no port.');
	return {
		url: `http://${host}:${address.port}`,
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

class Outbox {
	readonly #mailbox = new Mailbox();
	readonly #faults = new Faults();
	#attempts: SendAttempt[] = [];

	async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname } = new URL(request.url ?? '/', 'http://outbox');
		switch (`${request.method} ${pathname}`) {
			case 'POST /emails':
			case 'POST /emails/batch':
				return this.#send(pathname, request, response);
			case 'GET /':
				response.setHeader('content-security-policy', PAGE_POLICY);
				response.setHeader('content-type', 'text/html; charset=utf-8');
				response.end(await readFile(new URL('./page.html', import.meta.url)));
				return;
			case 'GET /api/mails':
				return answer(response, 200, this.#mailbox.mails);
			case 'DELETE /api/mails':
				this.#mailbox.clear();
				this.#faults.clear();
				this.#attempts = [];
				return answer(response, 200, []);
			case 'GET /api/requests':
				return answer(response, 200, this.#attempts);
			case 'PUT /api/faults':
				return this.#script(request, response);
			default:
				return answer(response, 404, { statusCode: 404, name: 'not_found', message: 'Not found' });
		}
	}

	async #script(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const parsed = z.array(fault).safeParse(JSON.parse(await readBody(request)));
		if (!parsed.success) return answer(response, 400, { message: parsed.error.message });
		this.#faults.clear();
		this.#faults.add(parsed.data);
		return answer(response, 200, parsed.data);
	}

	async #send(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await readBody(request);
		const key = request.headers['idempotency-key']?.toString() ?? null;
		const attempt: SendAttempt = { path, idempotency_key: key, body, status: null };
		this.#attempts.push(attempt);
		try {
			checkAuthorization(request.headers.authorization);
			const met = this.#faults.take(body);
			if (met?.kind === 'status')
				throw new ResendError(met.status, met.name, met.message, met.retry_after);
			if (met?.kind === 'hang') return;
			if (met?.kind === 'reset') return void request.socket.destroy();
			const accepted = this.#mailbox.accept(path, body, key);
			if (met?.kind === 'reset_after_accept') return void request.socket.destroy();
			attempt.status = 200;
			answer(response, 200, accepted);
		} catch (error) {
			if (!(error instanceof ResendError)) throw error;
			attempt.status = error.status;
			if (error.retryAfter !== undefined) response.setHeader('retry-after', error.retryAfter);
			const { status, code, message } = error;
			answer(response, status, { statusCode: status, name: code, message });
		}
	}
}

function checkAuthorization(authorization: string | undefined): void {
	const key = /^Bearer (.*)$/.exec(authorization ?? '')?.[1];
	if (!key) throw new ResendError(401, 'missing_api_key', 'Missing API Key');
	if (!key.startsWith('re_')) throw new ResendError(403, 'invalid_api_key', 'API key is invalid');
}

async function readBody(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		if (!(chunk instanceof Buffer)) throw new Error('The body has an encoding.');
		size += chunk.length;
		if (size > MAX_BODY_BYTES) throw new Error('The body is larger than 10 MB.');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
	response.end(JSON.stringify(body));
}
