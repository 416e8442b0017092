import { describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import type { Connection, Network } from './network.ts';
import type { ClaimedDelivery } from './outbox.ts';
import { readRetryAfter, webhookSender } from './send-webhook.ts';

const SECRET = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const OTHER = 'whsec_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=';
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const HANGS = Symbol('hangs');

interface Receiver {
	/** The addresses of each lookup, in order; the last one repeats. */
	names?: Partial<Record<'A' | 'AAAA', string[]>>[];
	/** Its response, in parts; it closes after the last one, unless that is HANGS. */
	says?: (string | typeof HANGS)[];
	refuses?: string[];
	certificate?: string;
}

/** A network with one receiver, and a record of its use. */
function networkOf({
	names = [{ A: ['8.8.8.8'] }],
	says = [OK],
	refuses = [],
	certificate,
}: Receiver) {
	const seen = { looks: 0, connected: [] as string[], tls: [] as string[], request: '', open: 0 };
	const parts = [...says];
	const connection = (): Connection => ({
		async read(into) {
			const part = parts.shift();
			if (part === undefined) return null;
			if (part === HANGS) return new Promise(() => {});
			return new TextEncoder().encodeInto(part, into).written;
		},
		async write(bytes) {
			// A write may send only a part.
			const some = bytes.subarray(0, 100);
			seen.request += new TextDecoder().decode(some);
			return some.length;
		},
		close: () => void (seen.open -= 1),
	});
	const network: Network = {
		async resolve(_name, type) {
			const answer = names[Math.min(Math.floor(seen.looks / 2), names.length - 1)];
			seen.looks += 1;
			const found = answer?.[type];
			if (!found) throw new Error('no record found');
			return found;
		},
		async connect(address, port) {
			seen.connected.push(`${address}:${port}`);
			if (refuses.includes(address)) throw new Error('Connection refused');
			seen.open += 1;
			return connection();
		},
		async startTls(plain, hostname) {
			seen.tls.push(hostname);
			return {
				read: plain.read,
				write: plain.write,
				close: () => {},
				async handshake() {
					if (certificate && certificate !== hostname) throw new Error('invalid peer certificate');
				},
			};
		},
	};
	return { network, seen };
}

const delivery = (over: Partial<ClaimedDelivery> = {}): ClaimedDelivery => ({
	id: '0d3c5a0e-1111-4111-8111-111111111111',
	webhook_id: '0d3c5a0e-2222-4222-8222-222222222222',
	url: 'https://hooks.example.com/support?x=1',
	is_private_target: false,
	secrets: [SECRET],
	payload: { type: 'test.ping', timestamp: '2026-01-01T00:00:00Z', data: { text: '“ü”' } },
	attempt: 1,
	...over,
});

async function send(receiver: Receiver, over: Partial<ClaimedDelivery> = {}) {
	const { network, seen } = networkOf(receiver);
	const outcome = await webhookSender(network, 100)(delivery(over));
	return { ...outcome, seen };
}

describe('an attempt', () => {
	it('posts the payload with a signature that the library accepts', async () => {
		const { status, error, seen } = await send({}, { secrets: [OTHER, SECRET] });
		expect({ status, error }).toEqual({ status: 200, error: null });
		const [head = '', body = ''] = seen.request.split('\r\n\r\n');
		const [first, ...lines] = head.split('\r\n');
		expect(first).toBe('POST /support?x=1 HTTP/1.1');
		const headers = Object.fromEntries(
			lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
		);
		expect(headers).toMatchObject({ host: 'hooks.example.com', connection: 'close' });
		expect(headers['webhook-id']).toBe(delivery().id);
		for (const secret of [SECRET, OTHER])
			expect(new Webhook(secret).verify(body, headers)).toEqual(delivery().payload);
		expect(seen).toMatchObject({ connected: ['8.8.8.8:443'], tls: ['hooks.example.com'], open: 0 });
	});

	it.each([
		['HTTP/1.1 204 No Content\r\n\r\n', 204],
		['HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n', 500],
		['HTTP/1.0 404 Not Found\r\n\r\nno such page', 404],
		['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n', 202],
		['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', 200],
	])('reads the response %j', async (answer, status) => {
		const letters = [...answer];
		for (const says of [[answer], letters])
			expect(await send({ says: [...says, HANGS] }, {})).toMatchObject(
				answer.includes('no such page')
					? { status: null, error: 'The receiver did not answer within 0.1 s.' }
					: { status, error: null, seen: { open: 0 } },
			);
	});

	it('stops reading a long response', async () => {
		const says = [
			'HTTP/1.1 200 OK\r\n\r\n',
			...Array.from({ length: 8 }, () => 'x'.repeat(10_000)),
			HANGS,
		];
		expect(await send({ says: says as string[] })).toMatchObject({ status: 200, error: null });
	});

	it.each<[string, Receiver, RegExp]>([
		['hangs before it answers', { says: [HANGS] }, /did not answer within 0\.1 s/],
		[
			'hangs in its answer',
			{ says: ['HTTP/1.1 200 OK\r\ncontent-le', HANGS] },
			/did not answer within/,
		],
		[
			'hangs in the body',
			{ says: ['HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx', HANGS] },
			/did not answer within/,
		],
		['closes at once', { says: [] }, /closed the connection without an answer/],
		['closes in the head', { says: ['HTTP/1.1 200'] }, /closed the connection in the middle/],
		[
			'closes in the body',
			{ says: ['HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx'] },
			/closed the connection in the middle/,
		],
		['speaks no HTTP', { says: ['SSH-2.0-OpenSSH_9.6\r\n'] }, /does not answer in HTTP/],
		['has no status', { says: ['HTTP/1.1 OK\r\n\r\n'] }, /does not answer in HTTP/],
		[
			'never ends its head',
			{ says: ['HTTP/1.1 200 OK\r\n', 'x: y\r\n'.repeat(2000), 'x: y\r\n'.repeat(2000)] },
			/head of the response is longer/,
		],
		['takes no connection', { refuses: ['8.8.8.8'] }, /takes no connection: Connection refused/],
		[
			'has another’s certificate',
			{ certificate: 'x.example' },
			/The secure connection failed: invalid peer/,
		],
		['is not known', { names: [{}] }, /The name hooks\.example\.com is not known/],
	])('fails if a receiver %s, and records it', async (_what, receiver, message) => {
		const outcome = await send(receiver);
		expect(outcome.error).toMatch(message);
		expect(outcome.seen.open).toBe(0);
	});

	it('follows no redirect', async () => {
		const says = [
			'HTTP/1.1 307 Moved\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n',
		];
		const { status, error, seen } = await send({ says });
		expect(status).toBe(307);
		expect(error).toMatch(
			/^The receiver redirects \(307 to http:\/\/169\.254\.169\.254\/\)\. Redirects are not followed/,
		);
		expect(seen.connected).toEqual(['8.8.8.8:443']);
	});

	it('tries the next address if one does not accept the connection', async () => {
		const names = [{ A: ['8.8.8.8', '8.8.4.4'], AAAA: ['2606:4700::1'] }];
		const { status, seen } = await send({ names, refuses: ['8.8.8.8'] });
		expect({ status, connected: seen.connected }).toEqual({
			status: 200,
			connected: ['8.8.8.8:443', '8.8.4.4:443'],
		});
	});
});

describe('a name that resolves to a private network', () => {
	it.each([
		[{ A: ['127.0.0.1'] }],
		[{ A: ['169.254.169.254'] }],
		[{ AAAA: ['::1'] }],
		[{ AAAA: ['::ffff:10.0.0.1'] }],
		[{ A: ['8.8.8.8', '10.0.0.1'] }],
		[{ A: ['8.8.8.8'], AAAA: ['fd00::1'] }],
		[{ A: ['what is this'] }],
	])('%j is not connected to', async (name) => {
		const { error, seen } = await send({ names: [name] });
		expect(error).toMatch(/^hooks\.example\.com resolves to a private network/);
		expect(seen.connected).toEqual([]);
	});

	it('only after the check has no effect: the checked address is used', async () => {
		const { status, seen } = await send({ names: [{ A: ['8.8.8.8'] }, { A: ['127.0.0.1'] }] });
		expect(status).toBe(200);
		expect(seen).toMatchObject({
			looks: 2,
			connected: ['8.8.8.8:443'],
			tls: ['hooks.example.com'],
		});
	});

	it.each(['https://127.0.0.1/', 'https://[::1]/', 'https://2130706433/', 'https://0x7f.1/'])(
		'the address %s is refused, too',
		async (url) => {
			const { error, seen } = await send({}, { url });
			expect(error).toMatch(/private network/);
			expect(seen).toMatchObject({ looks: 0, connected: [] });
		},
	);

	it('is connected to if the operator allows that target, also without TLS', async () => {
		const allowed = { url: 'http://kong:8000/x', is_private_target: true };
		const { status, seen } = await send({}, allowed);
		expect(status).toBe(200);
		expect(seen).toMatchObject({ looks: 0, connected: ['kong:8000'], tls: [] });
		const refused = await send({}, { ...allowed, is_private_target: false });
		expect(refused.error).toBe('Only https is called.');
	});
});

describe('readRetryAfter', () => {
	const now = Date.parse('2026-01-01T00:00:00Z');
	it.each([
		[undefined, null],
		['120', 120],
		['0', 0],
		['-1', null],
		['soon', null],
		['99999999999999', null],
		['Thu, 01 Jan 2026 00:01:00 GMT', 60],
		['Thu, 01 Jan 2015 00:01:00 GMT', 0],
	])('%j: %s', (value, seconds) => {
		expect(readRetryAfter(value, now)).toBe(seconds);
	});
});
