import {
	createServer as createTcpServer,
	type AddressInfo,
	type Server,
	type Socket,
} from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
	startWebhookReceiver,
	type WebhookReceiver,
} from '../../../local-stack/testing/webhook-receiver';
import { createUser } from '../../../local-stack/testing/people';
import { startTestStack, stopJobs, type LocalStack } from '../../../local-stack/testing/stack';
import type { Database, Row } from '../helpers/database';
import { selfSigned } from '../helpers/self-signed';

/** The real Edge Function on a stack of its own, whose clock for webhooks stands: runs are started by hand. */
let stack: LocalStack;
let sql: Database;
let receiver: WebhookReceiver;
const sockets = new Set<Socket>();
const servers: Server[] = [];

beforeAll(async () => {
	stack = await startTestStack();
	sql = stack.sql;
	await stopJobs(sql, 'support-deliver-webhooks');
	receiver = await startWebhookReceiver();
	await allow(receiver.target);
});
beforeEach(async () => {
	receiver.received.length = 0;
	receiver.answers.clear();
	await sql`delete from public.support_webhooks`;
});
afterAll(async () => {
	for (const socket of sockets) socket.destroy();
	for (const server of servers) server.close();
	await receiver?.stop();
	await stack?.stop();
});

const allow = (target: string): Promise<unknown> =>
	sql`update public.support_settings set webhook_private_targets = webhook_private_targets || ${target}::text`;

/** A webhook, made as the owner makes it, with one delivery that is due. */
async function makeWebhook(
	url: string,
	deliveries = 1,
): Promise<Row & { id: string; secret: string }> {
	const secret = `whsec_${Buffer.from(randomUUID()).toString('base64')}`;
	const [made] = await sql<Row[]>`
		insert into public.support_webhooks (url, events, secret_id)
		values (${url}, '{message.created}', vault.create_secret(${secret})) returning id`;
	await sql`
		insert into public.support_webhook_deliveries (webhook_id, event, payload)
		select ${made!.id}, 'test.ping', ${sql.json({ type: 'test.ping', timestamp: '2026-01-01T00:00:00Z', data: { n: 1 } })}
		from generate_series(1, ${deliveries})`;
	return { id: String(made!.id), secret };
}

const run = (): Promise<unknown> => sql`select support_private.request_webhook_run()`;

const deliveries = (webhookId: string): Promise<Row[]> =>
	sql<Row[]>`select * from public.support_webhook_deliveries where webhook_id = ${webhookId}`.then(
		(rows) => [...rows],
	);

const attempts = (webhookId: string): Promise<Row[]> =>
	sql<Row[]>`
		select a.* from public.support_webhook_attempts a
		join public.support_webhook_deliveries d on d.id = a.delivery_id
		where d.webhook_id = ${webhookId} order by a.attempt`.then((rows) => [...rows]);

const pollOptions = { timeout: 40_000, interval: 100 };

/** A server that speaks no HTTP; its address. */
async function tcp(onConnect: (socket: Socket) => void): Promise<string> {
	const server = createTcpServer((socket) => {
		sockets.add(socket.on('error', () => {}));
		onConnect(socket);
	});
	return listen(server);
}

async function listen(server: Server): Promise<string> {
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
	await allow(target);
	return target;
}

describe('the worker', () => {
	test('delivers from the outbox to the receiver, signed', async () => {
		const { id, secret } = await makeWebhook(`${receiver.url}/hook?x=1`);
		await run();
		await expect.poll(async () => (await deliveries(id))[0]!.status, pollOptions).toBe('delivered');
		const [delivery] = await deliveries(id);
		expect(receiver.received).toHaveLength(1);
		const { path, headers, body } = receiver.received[0]!;
		expect(path).toBe('/hook?x=1');
		expect(headers['webhook-id']).toBe(delivery!.id);
		expect(new Webhook(secret).verify(body, headers)).toEqual(delivery!.payload);
		const [attempt] = await attempts(id);
		expect(attempt).toMatchObject({ attempt: 1, status_code: 204, error: null });
		expect(attempt!.milliseconds).toBeLessThan(10_000);
	});

	test('takes no other secret, and no other method', async () => {
		const url = `${stack.apiUrl}/functions/v1/deliver-support-webhooks`;
		for (const secret of ['', 'x', 'a'.repeat(64)])
			expect(
				(await fetch(url, { method: 'POST', headers: { 'x-support-secret': secret } })).status,
			).toBe(401);
		const [row] = await sql<Row[]>`
			select decrypted_secret as secret from vault.decrypted_secrets where name = 'support_email_secret'`;
		expect((await fetch(url, { headers: { 'x-support-secret': row!.secret } })).status).toBe(405);
	});

	test('fails at every bad receiver in its own way, holds up none of the good ones, and loses nothing', async () => {
		const raw = {
			hangs: await tcp(() => {}),
			garbage: await tcp((socket) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n')),
			closes: await tcp((socket) => void socket.destroy()),
			half: await tcp(
				(socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx'),
			),
			cut: await tcp((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx')),
		};
		const closed = await tcp(() => {});
		await new Promise((resolve) => servers.pop()!.close(resolve));
		const tls = await listen(
			createTlsServer(selfSigned, (_request, response) => response.writeHead(204).end()),
		);
		const answer = (
			path: string,
			status: number,
			headers: Record<string, string> = {},
			body = '',
		): string => {
			receiver.answers.set(path, (response) => void response.writeHead(status, headers).end(body));
			return `${receiver.url}${path}`;
		};
		const fails: [string, number | null, RegExp | null][] = [
			[answer('/500', 500), 500, null],
			[answer('/400', 400), 400, null],
			[answer('/410', 410), 410, null],
			[answer('/429', 429, { 'retry-after': '3600' }), 429, null],
			[
				answer('/in', 302, { location: 'http://169.254.169.254/latest/' }),
				302,
				/redirects \(302 to http:\/\/169/,
			],
			[
				answer('/out', 308, { location: 'https://example.com/' }),
				308,
				/Redirects are not followed/,
			],
			[`http://${raw.hangs}/`, null, /did not answer within 10 s/],
			[`http://${raw.half}/`, null, /did not answer within 10 s/],
			[`http://${raw.closes}/`, null, /closed the connection|broke off/],
			[`http://${raw.cut}/`, null, /closed the connection in the middle/],
			[`http://${raw.garbage}/`, null, /does not answer in HTTP/],
			[`http://${closed}/`, null, /takes no connection/],
			[`https://${tls}/`, null, /secure connection failed: invalid peer certificate/],
			[`https://${raw.garbage}/`, null, /secure connection failed/],
			[`https://${raw.hangs}/`, null, /did not answer within 10 s/],
			// Reserved for names that never exist; and what was allowed when it was added.
			['https://no-such-host.invalid/', null, /is not known/],
		];
		const bad = [];
		for (const [url, status, message] of fails)
			bad.push({ ...(await makeWebhook(url)), url, status, message });
		const good = await makeWebhook(`${receiver.url}/good`, 6);
		const huge = await makeWebhook(answer('/huge', 200, {}, 'x'.repeat(5_000_000)));
		await run();
		await expect
			.poll(
				async () => (await deliveries(good.id)).every(({ status }) => status === 'delivered'),
				pollOptions,
			)
			.toBe(true);
		await expect
			.poll(async () => (await deliveries(huge.id))[0]!.status, pollOptions)
			.toBe('delivered');
		for (const { id, url, status, message } of bad) {
			await expect
				.poll(async () => (await attempts(id)).length, { message: url, ...pollOptions })
				.toBeGreaterThan(0);
			const [attempt] = await attempts(id);
			expect(attempt, url).toMatchObject({ attempt: 1, status_code: status });
			if (message) expect(attempt!.error, url).toMatch(message);
			expect(attempt!.milliseconds, url).toBeLessThan(12_000);
			const [delivery] = await deliveries(id);
			// After five seconds the same run tries again.
			expect(status === 410 ? ['dead'] : ['pending', 'sending'], url).toContain(delivery!.status);
		}
		// The good ones did not wait for those that hang: every good delivery ended before the first of these did.
		const hanging = bad.filter(({ url }) => [raw.hangs, raw.half].includes(new URL(url).host));
		expect(hanging).toHaveLength(3);
		const firstEnds = hanging.map(async ({ id }) => Number((await attempts(id))[0]!.created_at));
		const goodEnds = (await attempts(good.id)).map(({ created_at }) => Number(created_at));
		expect(goodEnds).toHaveLength(6);
		expect(Math.max(...goodEnds)).toBeLessThan(Math.min(...(await Promise.all(firstEnds))));
		const [slow] = await deliveries(bad.find(({ status }) => status === 429)!.id);
		expect(Number(slow!.next_attempt_at) - Date.now()).toBeGreaterThan(3_500_000);
		expect(receiver.received.map(({ path }) => path)).not.toContain('/latest/');
	}, 120_000);

	test('calls no address that the operator has not allowed, whatever the row says', async () => {
		const url = `http://127.0.0.1:${new URL(stack.apiUrl).port}/`;
		await allow(new URL(url).host);
		const { id } = await makeWebhook(url);
		await sql`
			update public.support_settings
			set webhook_private_targets = array_remove(webhook_private_targets, ${new URL(url).host})`;
		await run();
		await expect
			.poll(async () => (await attempts(id))[0]?.error, pollOptions)
			.toBe('Only https is called.');
		await sql`update public.support_webhooks set enabled = false where id = ${id}`;
		const on = sql`update public.support_webhooks set enabled = true where id = ${id}`;
		await expect(on).rejects.toThrow('support_webhook_url_not_https');
	});

	test('that was interrupted delivers later, under the same id', async () => {
		const { id } = await makeWebhook(`${receiver.url}/later`);
		// A worker that claimed it and is gone.
		await sql`select public.support_claim_webhook_deliveries(gen_random_uuid(), 40)`;
		await run();
		expect((await deliveries(id))[0]).toMatchObject({ status: 'sending', attempts: 1 });
		await sql`
			update public.support_webhook_deliveries set lease_expires_at = now() - interval '1 second'
			where webhook_id = ${id}`;
		await run();
		await expect.poll(async () => (await deliveries(id))[0]!.status, pollOptions).toBe('delivered');
		expect(await attempts(id)).toMatchObject([
			{ attempt: 1, status_code: null },
			{ attempt: 2, status_code: 204 },
		]);
		expect(receiver.received).toHaveLength(1);
	});

	test('is started by the clock, from a customer’s message to the receiver', async () => {
		const { id } = await makeWebhook(`${receiver.url}/clock`, 0);
		await sql`select cron.schedule('support-deliver-webhooks', '1 second', 'select support_private.request_webhook_run()')`;
		try {
			const { id: userId } = await createUser(sql);
			const [chat] = await sql<
				Row[]
			>`insert into public.support_chats (user_id) values (${userId}) returning id`;
			await sql`
				insert into public.support_messages (id, chat_id, content, sender_type, sender_id)
				values (gen_random_uuid(), ${chat!.id}, '👋 Hello', 'user', ${userId})`;
			await expect
				.poll(async () => (await deliveries(id))[0]?.status, pollOptions)
				.toBe('delivered');
		} finally {
			await sql`select cron.unschedule('support-deliver-webhooks')`;
		}
		const body: unknown = JSON.parse(receiver.received[0]!.body);
		expect(body).toMatchObject({
			type: 'message.created',
			data: { message: { content: '👋 Hello' } },
		});
	});
});
