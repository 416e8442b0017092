import { connect } from 'node:net';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorageProject, png, type StorageProject } from '../testing/storage-project';

let project: StorageProject;
beforeAll(async () => {
	project = await openStorageProject();
});
afterAll(() => project?.stop());

const body = async (answer: Response): Promise<unknown> => await answer.json();
const post = (path: string, content: BodyInit, headers: Record<string, string> = {}) =>
	project.request(`object/${path}`, {
		method: 'POST',
		body: content,
		headers: { 'content-type': 'image/png', ...headers },
	});

/** Sends HTTP by hand, for requests that no client sends; returns the text of the response. */
async function raw(head: string[], content: string): Promise<string> {
	const { hostname, port } = new URL(project.stack.apiUrl);
	const socket = connect(Number(port), hostname);
	const chunks: Buffer[] = [];
	socket.on('data', (chunk: Buffer) => chunks.push(chunk));
	const closed = once(socket, 'close');
	socket.write(`${[...head, 'host: stack', 'connection: close'].join('\r\n')}\r\n\r\n${content}`);
	await closed;
	return Buffer.concat(chunks).toString('utf8');
}

/** Files that are being written. */
const drafts = async () =>
	(await readdir(join(project.dataDir, 'storage'))).filter((name) => name.endsWith('.part'));
const rowsOf = (path: string) =>
	project.stack.sql`select from storage.objects where name = ${path}`;

describe('a download', () => {
	it('has type, size, etag and times, and supports conditional requests', async () => {
		const path = await project.upload('0123456789');
		const whole = await project.request(`object/authenticated/owned/${path}`);
		const { headers } = whole;
		expect(Object.fromEntries(headers)).toMatchObject({
			'content-type': 'image/png',
			'content-length': '10',
			'cache-control': 'max-age=3600',
			'accept-ranges': 'bytes',
			'x-robots-tag': 'none',
			etag: '"781e5e245d69b566979b86e28d23f2c7"',
		});
		const seen = headers.get('last-modified') ?? '';
		expect(Math.abs(Date.parse(seen) - Date.now())).toBeLessThan(60_000);
		const known: [string, string][] = [
			['if-none-match', headers.get('etag') ?? ''],
			['if-modified-since', seen],
		];
		for (const one of known) {
			const again = await project.request(`object/owned/${path}`, { headers: [one] });
			expect([again.status, await again.text()]).toEqual([304, '']);
		}
		const other = await project.request(`object/owned/${path}`, {
			headers: { 'if-none-match': '"x"' },
		});
		expect(other.status).toBe(200);
		const head = await project.request(`object/owned/${path}`, { method: 'HEAD' });
		expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
	});

	it.each([
		['bytes=0-3', '0123', 'bytes 0-3/10'],
		['bytes=8-', '89', 'bytes 8-9/10'],
		['bytes=-2', '89', 'bytes 8-9/10'],
		['bytes=5-99', '56789', 'bytes 5-9/10'],
	])('returns the part %s', async (range, text, answered) => {
		const path = await project.upload('0123456789');
		const part = await project.request(`object/owned/${path}`, { headers: { range } });
		expect([part.status, part.headers.get('content-range')]).toEqual([206, answered]);
		expect(await part.text()).toBe(text);
	});

	it.each(['bytes=10-', 'bytes=5-2', 'bytes=-0', 'bytes=-', 'lines=1-2', 'bytes=0-1,3-4'])(
		'refuses the part %s',
		async (range) => {
			const path = await project.upload('0123456789');
			const answer = await project.request(`object/owned/${path}`, { headers: { range } });
			expect(answer.status).toBe(416);
		},
	);

	it('is never a page', async () => {
		const path = project.freshPath();
		await project.ada.storage
			.from('owned')
			.upload(path, new Blob(['<script>'], { type: 'text/html' }));
		const answer = await project.request(`object/owned/${path}`);
		expect(answer.headers.get('content-type')).toBe('text/plain');
	});

	it('does not let a type add a header', async () => {
		const path = project.freshPath();
		const form = new FormData();
		form.append('contentType', 'image/png\r\nset-cookie: a=b');
		form.append('', png());
		await project.request(`object/owned/${path}`, { method: 'POST', body: form });
		const answer = await project.request(`object/owned/${path}`);
		expect([answer.status, answer.headers.get('set-cookie')]).toEqual([400, null]);
		expect(await body(answer)).toMatchObject({ error: 'invalid_header_char' });
	});
});

describe('a token', () => {
	it('is required and must be valid', async () => {
		const url = `${project.stack.apiUrl}/storage/v1/object/list/owned`;
		const list = (headers: Record<string, string>) =>
			fetch(url, { method: 'POST', headers, body: '{"prefix":""}' }).then(body);
		expect(await list({})).toMatchObject({
			statusCode: '400',
			message: "headers must have required property 'authorization'",
		});
		expect(await list({ authorization: 'Bearer a.b.c' })).toMatchObject({ statusCode: '403' });
		expect(await list({ authorization: 'Bearer sb_secret_wrong' })).toMatchObject({
			statusCode: '403',
		});
		expect(await list({ apikey: project.stack.secretKey })).toEqual(expect.any(Array));
	});
});

describe('limits', () => {
	it('of a bucket apply to forms, to bytes, and to bytes of unknown length', async () => {
		const big = 'x'.repeat(1001);
		const tooLarge = {
			statusCode: '413',
			error: 'Payload too large',
			message: 'The object exceeded the maximum allowed size',
		};
		const path = project.freshPath();
		const { error } = await project.ada.storage.from('strict').upload(path, png(big));
		expect(error).toMatchObject({ status: 400, statusCode: '413', message: tooLarge.message });
		expect(await body(await post(`strict/${path}`, big))).toMatchObject(tooLarge);
		const endless = new ReadableStream({
			start(controller) {
				for (let n = 0; n < 20; n++) controller.enqueue(Buffer.from('x'.repeat(100)));
				controller.close();
			},
		});
		const streamed = await project.request(`object/strict/${path}`, {
			method: 'POST',
			body: endless,
			headers: { 'content-type': 'image/png' },
			duplex: 'half',
		} as RequestInit);
		expect(await body(streamed)).toMatchObject(tooLarge);
		expect(await rowsOf(path)).toHaveLength(0);
		expect((await post(`strict/${path}`, 'x'.repeat(1000))).status).toBe(200);
	});

	it('accept only the types of the bucket', async () => {
		for (const type of ['image/gif', 'image', 'image/png; charset=utf-8', 'application/json']) {
			const answer = await post(`strict/${project.freshPath()}`, 'x', { 'content-type': type });
			expect([answer.status, await body(answer)]).toMatchObject([
				400,
				{
					statusCode: '415',
					error: 'invalid_mime_type',
					message: `mime type ${type} is not supported`,
				},
			]);
		}
		const fits = await post(`strict/${project.freshPath()}`, 'x', { 'content-type': 'text/csv' });
		expect(fits.status).toBe(200);
		const { error } = await project.ada.storage
			.from('strict')
			.upload(project.freshPath(), new Blob(['x'], { type: 'image/gif' }));
		expect(error).toMatchObject({ statusCode: '415' });
	});

	it('an interrupted upload leaves nothing behind', async () => {
		const path = project.freshPath();
		const { hostname, port } = new URL(project.stack.apiUrl);
		const socket = connect(Number(port), hostname);
		socket.write(
			`POST /storage/v1/object/owned/${path} HTTP/1.1\r\nhost: stack\r\n` +
				`authorization: Bearer ${project.stack.secretKey}\r\n` +
				'content-type: image/png\r\ncontent-length: 1000\r\n\r\nhalf of it',
		);
		await expect.poll(drafts).toHaveLength(1);
		socket.destroy();
		await expect.poll(drafts).toEqual([]);
		expect(await rowsOf(path)).toHaveLength(0);
		const { error } = await project.service.storage.from('owned').upload(path, png('whole'));
		expect(error).toBeNull();
	});

	it('permission is checked when an upload begins: a slow upload replaces a newer object, as on hosted', async () => {
		const path = project.freshPath();
		const { hostname, port } = new URL(project.stack.apiUrl);
		const socket = connect(Number(port), hostname);
		socket.write(
			`POST /storage/v1/object/drop/${path} HTTP/1.1\r\nhost: stack\r\n` +
				`authorization: Bearer ${project.stack.secretKey}\r\n` +
				'content-type: image/png\r\ncontent-length: 4\r\n\r\nsl',
		);
		await expect.poll(drafts).toHaveLength(1);
		const fast = await project.service.storage.from('drop').upload(path, png('fast'));
		expect(fast.error).toBeNull();
		const done = once(socket, 'data');
		socket.write('ow');
		expect(String((await done)[0])).toContain('200 OK');
		socket.destroy();
		const { data } = await project.service.storage.from('drop').download(path);
		expect(await data?.text()).toBe('slow');
	});

	it('a wrong content-length does not let more bytes in', async () => {
		const path = project.freshPath();
		const answer = await raw(
			[
				`POST /storage/v1/object/strict/${path} HTTP/1.1`,
				`authorization: Bearer ${project.stack.secretKey}`,
				'content-type: image/png',
				'content-length: 3',
			],
			'x'.repeat(2000),
		);
		expect(answer).toMatch(/^HTTP\/1\.1 (200|400)/);
		// Excess bytes may end the connection before the response to the first three arrives.
		const { data } = await project.service.storage.from('strict').info(path);
		expect(data?.size ?? 3).toBe(3);
	});
});

describe('a path', () => {
	it.each([
		['..%2fescape.png', 'dots, encoded'],
		['a/..%2f..%2fescape.png', 'dots further in'],
		['%2e%2e%2fescape.png', 'encoded dots'],
		['%252e%252e%252fescape.png', 'encoded twice'],
		['a%00.png', 'NUL'],
		['a%0a.png', 'a line break'],
		['a%5cb.png', 'a backslash'],
		['%F0%9F%93%8E.png', 'an emoji'],
		['a%7Cb.png', 'a pipe'],
	])('%s is refused (%s)', async (key) => {
		const answer = await project.request(`object/owned/${key}`, {
			method: 'POST',
			body: 'x',
			headers: { authorization: `Bearer ${project.stack.secretKey}`, 'content-type': 'image/png' },
		});
		expect([answer.status, await body(answer)]).toMatchObject([400, { code: 'InvalidKey' }]);
		const read = await project.request(`object/owned/${key}`);
		expect(await body(read)).toMatchObject({ code: 'InvalidKey' });
	});

	it('with plain dots, sent by hand, finds nothing either', async () => {
		const authorization = `authorization: Bearer ${project.stack.secretKey}`;
		const target = '/storage/v1/object/owned/../../../../etc/passwd';
		expect(await raw([`GET ${target} HTTP/1.1`, authorization], '')).toContain('InvalidKey');
		const absolute = '/storage/v1/object/owned//etc/passwd';
		expect(await raw([`GET ${absolute} HTTP/1.1`, authorization], '')).toContain('NoSuchKey');
	});

	it('that is badly encoded or unknown gets an error', async () => {
		expect((await project.request('object/owned/a%zz.png')).status).toBe(400);
		expect((await project.request('nowhere')).status).toBe(404);
		const missing = await post('nowhere/a.png', 'x');
		expect([missing.status, await body(missing)]).toMatchObject([
			400,
			{ statusCode: '404', error: 'Bucket not found' },
		]);
	});

	it('is not a path on disk, whatever SQL writes into the version', async () => {
		const path = await project.upload();
		await project.stack
			.sql`update storage.objects set version = '../PG_VERSION' where name = ${path}`;
		const answer = await project.request(`object/owned/${path}`);
		expect(await body(answer)).toMatchObject({ statusCode: '404', error: 'Not found' });
	});
});

describe('a browser', () => {
	it('on another page may upload and read', async () => {
		const preflight = await fetch(`${project.stack.apiUrl}/storage/v1/object/owned/a.png`, {
			method: 'OPTIONS',
			headers: {
				origin: 'https://example.com',
				'access-control-request-method': 'POST',
				'access-control-request-headers':
					'apikey,authorization,cache-control,content-type,x-client-info,x-upsert',
			},
		});
		expect(preflight.ok).toBe(true);
		expect(preflight.headers.get('access-control-allow-headers')).toContain('x-upsert');
		for (const path of [`owned/${await project.upload()}`, 'owned/none.png']) {
			const answer = await project.request(`object/${path}`);
			expect(answer.headers.get('access-control-allow-origin')).toBe('*');
		}
	});

	it('gets an error for features that the stack lacks', async () => {
		for (const path of ['upload/resumable', 'render/image/public/open/a.png', 's3/owned']) {
			const answer = await project.request(path, { method: 'POST' });
			expect([answer.status, await body(answer)]).toMatchObject([501, { code: 'NotSupported' }]);
		}
	});
});
