import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { listenTo } from '../testing/channels';
import {
	publishableKey,
	startTestServer,
	type TestServer,
	userToken,
} from '../testing/test-server';

let server: TestServer;
beforeAll(async () => {
	server = await startTestServer();
});
afterAll(() => server.stop());

function post(path: string, body: string, headers: Record<string, string> = {}) {
	const own = { 'content-type': 'application/json', apikey: publishableKey };
	const authorization = `Bearer ${userToken()}`;
	const url = `${server.url}/realtime/v1/api/broadcast${path}`;
	return fetch(url, { method: 'POST', body, headers: { ...own, authorization, ...headers } });
}

describe('handshakes', () => {
	/** Resolves to the status and body of a refused handshake. */
	function refused(query: string, headers = {}) {
		return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
			const url = `${server.url.replace('http', 'ws')}/realtime/v1/websocket?${query}`;
			const ws = new WebSocket(url, { headers });
			ws.on('error', () => undefined);
			ws.on('open', () => reject(new Error('was not refused')));
			ws.on('unexpected-response', (_request, response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				const body = () => Buffer.concat(chunks).toString();
				response.on('end', () => resolve({ status: response.statusCode, body: body() }));
			});
		});
	}

	test.each([
		['vsn=2.0.0', 401, '{"error":"API key is missing"}'],
		['vsn=2.0.0&apikey=x', 401, '{"error":"The token provided is not a valid JWT"}'],
		['vsn=2.0.0&apikey=sb_secret_x', 401, '{"error":"The token provided is not a valid JWT"}'],
		[`apikey=${userToken({ exp: 1 })}`, 401, '{"error":"Token has expired"}'],
		[`apikey=${userToken()}x`, 401, '{"error":"Failed to validate JWT signature"}'],
		[`vsn=9.9.9&apikey=${userToken()}`, 403, ''],
	])('%s is refused with its reason', async (query, status, body) => {
		expect(await refused(query)).toEqual({ status, body });
	});

	test('the header x-api-key takes precedence over the query', async () => {
		const answer = await refused(`apikey=${publishableKey}`, { 'x-api-key': 'x' });
		expect(answer.body).toBe('{"error":"The token provided is not a valid JWT"}');
	});
});

describe('a batch', () => {
	const batch = (messages: unknown) => JSON.stringify({ messages });

	test.each([
		[batch([{ topic: 't', payload: 1 }]), [{ event: ["can't be blank"], payload: ['is invalid'] }]],
		[batch([]), ["can't be blank"]],
		['{}', ["can't be blank"]],
		[batch({}), ['is invalid']],
	])('%s is refused with its error', async (body, messages) => {
		const response = await post('', body);
		expect(response.status).toBe(422);
		expect(await response.json()).toEqual({ errors: { messages } });
	});

	test('a body that is not JSON is a bad request, and nothing is sent without a token', async () => {
		expect((await post('', 'hello')).status).toBe(400);
		const signedOut = await post('', '{}', { authorization: '', apikey: 'x' });
		expect([signedOut.status, await signedOut.json()]).toEqual([401, { message: 'Unauthorized' }]);
	});

	test('reaches the topics that the caller may write, and no others', async () => {
		const token = userToken();
		const client = server.client(() => token);
		const [talk, hear] = [`talk:${randomUUID()}`, `hear:${randomUUID()}`];
		const [allowed, forbidden] = [await listenTo(client, talk), await listenTo(client, hear)];
		await Promise.all([allowed.state('SUBSCRIBED'), forbidden.state('SUBSCRIBED')]);
		const message = (topic: string) => ({ topic, event: 'e', payload: { a: 1 }, private: true });
		const response = await post('', batch([message(hear), message(talk)]));
		expect(response.status).toBe(202);
		await allowed.count(1);
		expect(allowed.heard[0]).toMatchObject({ event: 'e', payload: { a: 1 } });
		await server.sql`select realtime.send('{}'::jsonb, 'marker', ${hear}, true)`;
		await forbidden.count(1);
		expect(forbidden.heard.map((heard) => heard.event)).toEqual(['marker']);
	});
});

describe('a single message', () => {
	test('is sent by supabase-js’s httpSend', async () => {
		const token = userToken();
		const topic = `talk:${randomUUID()}`;
		const client = server.client(() => token);
		const listening = await listenTo(client, topic);
		await listening.state('SUBSCRIBED');
		const sender = client.channel(topic, { config: { private: true } });
		expect(await sender.httpSend('ping', { n: 1 })).toMatchObject({ success: true });
		await listening.count(1);
		expect(listening.heard[0]).toMatchObject({ event: 'ping', payload: { n: 1 } });
	});

	test('is refused without an insert policy, and in other formats', async () => {
		const forbidden = await post('/hear:x/events/e?private=true', '{}');
		expect([forbidden.status, await forbidden.json()]).toEqual([403, { message: 'Unauthorized' }]);
		const format = await post('/t/events/e', '{}', { 'content-type': 'text/plain' });
		expect(format.status).toBe(415);
		expect((await post('/t/events/e', '{')).status).toBe(400);
	});
});
