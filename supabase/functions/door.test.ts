import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { handle as checkAttachment } from './check-support-attachment/handler.ts';
import { handle as cleanFiles } from './clean-support-files/handler.ts';
import { handle as deliverWebhooks } from './deliver-support-webhooks/handler.ts';
import { handle as signFiles } from './sign-support-files/handler.ts';
import { handle as sendEmails } from './send-support-emails/handler.ts';
import { handle as unsubscribe } from './support-unsubscribe/handler.ts';
import { MOST_BODY_BYTES } from './_shared/door.ts';
import { SecretCheck } from './_shared/secret.ts';

const SECRET = 'ab'.repeat(32);
const digest = Buffer.from(
	await crypto.subtle.digest('SHA-256', new TextEncoder().encode(SECRET)),
).toString('hex');
/** Work that must not be done for a refused caller. */
const noWork = (): never => {
	throw new Error('work was done');
};
const options = {
	call: noWork,
	storage: { read: noWork, remove: noWork, sign: noWork },
	secret: new SecretCheck(async () => digest),
	inBackground: noWork,
	log: () => undefined,
	send: noWork,
	sendMail: noWork,
	supabaseUrl: 'http://project.test',
	readAsCaller: noWork,
	readableFiles: noWork,
};

interface Function {
	handle: (request: Request) => Promise<Response>;
	/** The headers with which a caller is accepted; null if the token is in the body. */
	headers: Record<string, string> | null;
}
const WITH_SECRET = { 'x-support-secret': SECRET };
const AS_USER = { authorization: 'Bearer a.b.c' };
const FUNCTIONS: Record<string, Function> = {
	'check-support-attachment': {
		handle: (request) => checkAttachment(request, options),
		headers: AS_USER,
	},
	'clean-support-files': {
		handle: (request) => cleanFiles(request, options),
		headers: WITH_SECRET,
	},
	'deliver-support-webhooks': {
		handle: (request) => deliverWebhooks(request, options),
		headers: WITH_SECRET,
	},
	'send-support-emails': {
		handle: (request) => sendEmails(request, options),
		headers: WITH_SECRET,
	},
	'sign-support-files': { handle: (request) => signFiles(request, options), headers: AS_USER },
	'support-unsubscribe': { handle: (request) => unsubscribe(request, options), headers: null },
};

/** An endless body that counts how much of it was read. */
class EndlessBody {
	taken = 0;
	readonly stream = new ReadableStream<Uint8Array>(
		{
			pull: (controller) => {
				this.taken += 256;
				controller.enqueue(new Uint8Array(256).fill(0x5b));
			},
		},
		{ highWaterMark: 0 },
	);
}

function post(headers: Record<string, string>, body: EndlessBody, method = 'POST'): Request {
	const init = { method, headers, body: body.stream, duplex: 'half' };
	return new Request('http://project.test/functions/v1/x', init);
}

it('every function is tested here', () => {
	const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && entry.name !== '_shared')
		.map(({ name }) => name);
	expect(Object.keys(FUNCTIONS).sort()).toEqual(folders.sort());
});

describe.each(Object.entries(FUNCTIONS))('%s', (_name, { handle, headers }) => {
	it.each(['PUT', 'DELETE', 'PATCH'])('refuses %s before it reads anything', async (method) => {
		const body = new EndlessBody();
		const answer = await handle(post(headers ?? {}, body, method));
		expect([answer.status, body.taken]).toEqual([405, 0]);
		expect(answer.headers.get('allow')).toContain('POST');
	});

	it('refuses a body with a large content-length before it reads anything', async () => {
		const body = new EndlessBody();
		const length = String(MOST_BODY_BYTES * 1_000);
		const answer = await handle(post({ ...headers, 'content-length': length }, body));
		expect([answer.status, body.taken]).toEqual([413, 0]);
	});

	it.each(['application/json', 'application/x-www-form-urlencoded'])(
		'stops reading an endless body of %s',
		async (type) => {
			const body = new EndlessBody();
			const answer = await handle(post({ ...headers, 'content-type': type }, body));
			expect(answer.status).toBe(413);
			expect(body.taken).toBeLessThan(12 * MOST_BODY_BYTES + 1_000);
		},
	);
});

describe.each(Object.entries(FUNCTIONS).filter(([, { headers }]) => headers !== null))(
	'%s',
	(_name, { handle }) => {
		it.each([
			['none', {}],
			['a wrong one', { 'x-support-secret': 'cd'.repeat(32), authorization: 'Bearer ' }],
			['half of one', { 'x-support-secret': SECRET.slice(1), authorization: 'Bearer a b' }],
		])('refuses a caller whose token is %s before it reads anything', async (_what, given) => {
			const body = new EndlessBody();
			expect([(await handle(post(given, body))).status, body.taken]).toEqual([401, 0]);
		});
	},
);
