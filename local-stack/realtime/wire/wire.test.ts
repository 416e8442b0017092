import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawSocket } from '../testing/raw-socket';
import { startTestServer, type TestServer, userToken } from '../testing/test-server';

let server: TestServer;
beforeAll(async () => {
	const limits = { idleTimeoutMs: 1500, maxPayloadBytes: 1000, maxChannelsPerSocket: 3 };
	server = await startTestServer({ joinErrorDelayMs: 400, limits });
});
afterAll(() => server.stop());

const open = () => RawSocket.open(server.url);
const newTopic = (kind: 'hear' | 'talk') => `${kind}:${randomUUID()}`;
const send = (topic: string, event: string) =>
	server.sql`select realtime.send('{}'::jsonb, ${event}, ${topic}, true)`;

test('a refused join delays everything else on its socket', async () => {
	const socket = await open();
	const refused = socket.join('nobody:may', { private: true });
	const heartbeat = socket.push('phoenix', 'heartbeat', {}, null);
	expect((await refused)['status']).toBe('error');
	await socket.reply(heartbeat);
	expect(socket.frames.map((frame) => frame.topic)).toEqual(['realtime:nobody:may', 'phoenix']);
	socket.ws.close();
});

test('a server that stops closes its sockets with 1012', async () => {
	const other = await startTestServer();
	const socket = await RawSocket.open(other.url);
	const closed = socket.closed();
	await other.stop();
	expect(await closed).toBe(1012);
});

describe('limits', () => {
	test('a socket that sends nothing is closed with 1000', async () => {
		expect(await (await open()).closed()).toBe(1000);
	});

	test('one channel too many on a socket is refused, the others stay', async () => {
		const socket = await open();
		for (const name of ['a', 'b', 'c']) await socket.join(name);
		const reason = 'ChannelRateLimitReached: Too many channels';
		expect(await socket.join('d')).toEqual({ status: 'error', response: { reason } });
		await socket.reply(socket.push('realtime:a', 'phx_leave', {}));
		expect((await socket.join('d'))['status']).toBe('ok');
		socket.ws.close();
	});

	test('the sixth presence call in half a minute closes the channel', async () => {
		const socket = await open();
		await socket.join('p', { presence: { key: 'ada', enabled: true } });
		const track = (n: number) =>
			socket.push('realtime:p', 'presence', { event: 'track', payload: { n } });
		for (let n = 1; n <= 5; n++) expect((await socket.reply(track(n)))['status']).toBe('ok');
		track(6);
		await socket.until((frame) => frame.event === 'phx_close');
		const system = await socket.until((frame) => frame.event === 'system');
		expect(system.payload['message']).toBe('Client presence rate limit exceeded');
		socket.ws.close();
	});

	test('a broadcast that is too large gets a reply only if one was requested', async () => {
		const socket = await open();
		await socket.join('big', { broadcast: { ack: true, self: true } });
		const big = { type: 'broadcast', event: 'e', payload: { text: 'x'.repeat(1000) } };
		const reply = await socket.reply(socket.push('realtime:big', 'broadcast', big));
		expect(reply).toEqual({ status: 'error', response: 'payload_size_exceeded' });
		expect(socket.frames.some((frame) => frame.event === 'broadcast')).toBe(false);
		socket.ws.close();
	});
});

describe('the rights that policies give', () => {
	test('are evaluated once per join: a later insert policy applies with a new token', async () => {
		const socket = await open();
		const topic = `realtime:${newTopic('hear')}`;
		const name = topic.slice('realtime:'.length);
		await socket.join(name, { private: true, broadcast: { self: true, ack: true } });
		const say = () =>
			socket.push(topic, 'broadcast', { type: 'broadcast', event: 'e', payload: {} });
		say();
		// A channel replies in order: when this reply arrives, the broadcast has been refused.
		await socket.reply(socket.push(topic, 'presence', { event: 'untrack' }));
		await server.sql`
			create policy "later" on realtime.messages for insert to authenticated
			with check (realtime.topic() ~ '^hear:')`;
		say();
		socket.push(topic, 'access_token', { access_token: userToken() });
		const allowed = say();
		expect((await socket.reply(allowed))['status']).toBe('ok');
		expect(socket.frames.filter((frame) => frame.event === 'broadcast')).toHaveLength(1);
		await server.sql`drop policy "later" on realtime.messages`;
		socket.ws.close();
	});

	test('a revoked select policy closes the channel with the next token', async () => {
		await server.sql`
			create policy "revoked" on realtime.messages for select to authenticated
			using (realtime.topic() = 'revoked')`;
		const socket = await open();
		await socket.join('revoked', { private: true });
		await server.sql`drop policy "revoked" on realtime.messages`;
		socket.push('realtime:revoked', 'access_token', { access_token: userToken() });
		const system = await socket.until((frame) => frame.event === 'system');
		const message = 'You do not have permissions to read from this Channel topic: revoked';
		expect(system.payload).toMatchObject({ status: 'error', message });
		socket.ws.close();
	});
});

test('replay returns the newest messages, oldest first, and only once', async () => {
	const topic = newTopic('hear');
	const since = Date.now() - 1000;
	for (const event of ['one', 'two', 'three']) await send(topic, event);
	const socket = await open();
	await socket.join(topic, { private: true, broadcast: { replay: { since, limit: 2 } } });
	await socket.until((frame) => frame.payload['event'] === 'three');
	const replayed = socket.frames.filter((frame) => frame.event === 'broadcast');
	expect(replayed.map((frame) => frame.payload['event'])).toEqual(['two', 'three']);
	expect(replayed[0]?.payload['meta']).toMatchObject({ replayed: true });
	socket.ws.close();
});

test('replay is refused on public channels, and with invalid parameters', async () => {
	const socket = await open();
	const replay = { since: 0 };
	const reasonOf = async (config: object) => (await socket.join('hear:x', config))['response'];
	expect(await reasonOf({ broadcast: { replay } })).toEqual({
		reason: 'UnableToReplayMessages: Replay is not allowed for public channels',
	});
	const reason = 'UnableToReplayMessages: Replay params are not valid';
	for (const wrong of [{}, null, { since: 'now' }, { since: 0, limit: 'all' }])
		expect(await reasonOf({ private: true, broadcast: { replay: wrong } })).toEqual({ reason });
	socket.ws.close();
}, 20_000);
