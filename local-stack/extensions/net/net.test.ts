import { createServer, type IncomingMessage, type Server } from 'node:http';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SUPERUSER } from '../../postgres/start-postgres';
import { startDatabase, type Database } from '../../stack/start-database';
import { startNet } from './index';

type Row = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- rows are looked at, not trusted

let database: Database;
let superuser: postgres.Sql;
let sql: postgres.Sql;
let server: Server;
let target: string;
let received: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
let worker: Awaited<ReturnType<typeof startNet>>;

beforeAll(async () => {
	database = await startDatabase({ port: 0, dataDir: 'temporary', log: () => {} });
	superuser = postgres(database.urlFor(SUPERUSER), { max: 4, onnotice: () => {} });
	sql = postgres(database.urlFor('postgres'), { max: 2, onnotice: () => {} });
	await sql`create extension pg_net with schema extensions`;
	server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => {
			const { method = '', url = '', headers } = request;
			received.push({ method, url, headers, body });
			if (url.startsWith('/hang')) return;
			response.writeHead(url.startsWith('/teapot') ? 418 : 200, { 'content-type': 'text/plain' });
			response.end(url.startsWith('/empty') ? '' : 'thank you');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	target = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
	worker = await startNet({ sql: superuser });
});
beforeEach(() => {
	received = [];
});
afterAll(async () => {
	await worker.stop();
	server.closeAllConnections();
	server.close();
	await Promise.all([sql.end({ timeout: 1 }), superuser.end({ timeout: 1 })]);
	await database.stop();
});

async function response(id: string): Promise<Row> {
	const find = async (): Promise<Row | undefined> =>
		(await sql<Row[]>`select * from net._http_response where id = ${id}`)[0];
	await expect.poll(find).toBeDefined();
	return (await find())!;
}

describe('pg_net', () => {
	it('posts JSON with parameters and headers, and stores the response', async () => {
		const [call] = await sql`
			select net.http_post(
				${`${target}/a?x=1`}, '{"hello": "Ada"}', '{"q": "a b&é"}', '{"x-secret": "s"}'
			) as id`;
		expect(await response(call!.id)).toMatchObject({
			status_code: 200,
			content: 'thank you',
			content_type: 'text/plain',
			timed_out: false,
			error_msg: null,
		});
		expect(received).toMatchObject([
			{ method: 'POST', url: '/a?x=1&q=a%20b%26%C3%A9', body: '{"hello": "Ada"}' },
		]);
		expect(received[0]!.headers).toMatchObject({
			'content-type': 'application/json',
			'x-secret': 's',
			'user-agent': 'pg_net/0.20.4',
		});
	});

	it('gets and deletes', async () => {
		const [got] = await sql`select net.http_get(${`${target}/teapot`}) as id`;
		expect(await response(got!.id)).toMatchObject({ status_code: 418 });
		const [gone] = await sql`select net.http_delete(${`${target}/empty`}) as id`;
		expect(await response(gone!.id)).toMatchObject({ status_code: 200, content: null });
		expect(received.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
	});

	it('makes no request before the commit, and none of a transaction that is rolled back', async () => {
		await sql
			.begin(async (tx) => {
				await tx`select net.http_get(${`${target}/never`})`;
				throw new Error('taken back');
			})
			.catch(() => undefined);
		const id = await sql.begin(async (tx) => {
			const [call] = await tx`select net.http_get(${`${target}/late`}) as id`;
			const [other] = await superuser`select net.http_get(${`${target}/meanwhile`}) as id`;
			await response(other!.id);
			expect(received.map(({ url }) => url)).toEqual(['/meanwhile']);
			return String(call!.id);
		});
		await response(id);
		expect(received.map(({ url }) => url)).toEqual(['/meanwhile', '/late']);
	});

	it('times out after timeout_milliseconds', async () => {
		const [call] =
			await sql`select net.http_get(${`${target}/hang`}, timeout_milliseconds := 50) as id`;
		const row = await response(call!.id);
		expect(row).toMatchObject({ status_code: null, timed_out: true });
		expect(row.error_msg).toMatch(/^Timeout of 50 ms reached/);
	});

	it.each([
		['http://127.0.0.1:2/', "Couldn't connect to server"],
		['no address', 'URL using bad/illegal format or missing URL'],
	])('stores the error for %s', async (url, message) => {
		const [call] = await sql`select net.http_get(${url}) as id`;
		expect(await response(call!.id)).toMatchObject({ status_code: null, error_msg: message });
	});

	it('accepts JSON only', async () => {
		const wrong = sql`select net.http_post(${target}, headers := '{"content-type": "text/plain"}')`;
		await expect(wrong).rejects.toThrow('Content-Type header must be "application/json"');
	});

	it('makes the requests of an interrupted worker again', async () => {
		await sql`select net.http_get(${`${target}/hang?again`})`;
		await expect.poll(() => received.length).toBe(1);
		await worker.stop();
		expect(await sql`select from net.http_request_queue`).toHaveLength(1);
		worker = await startNet({ sql: superuser });
		await expect.poll(() => received.length).toBe(2);
		expect(received[1]!.url).toBe('/hang?again');
		await worker.stop();
		await sql`delete from net.http_request_queue`;
		worker = await startNet({ sql: superuser });
	});

	it('lets every role read the queue, as on hosted', async () => {
		await sql.begin(async (tx) => {
			await tx`set local role anon`;
			await tx`select from net.http_request_queue`;
		});
	});
});
