import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listenTo } from './testing/channels';
import { startTestServer, type TestServer, userToken } from './testing/test-server';
import { currentSeconds } from './jwt';

let server: TestServer;
beforeAll(async () => {
	server = await startTestServer();
});
afterAll(() => server.stop());

const send = (topic: string, event: string, payload: object) =>
	server.sql`select realtime.send(${JSON.stringify(payload)}::text::jsonb, ${event}, ${topic}, true)`;
const somebody = () => {
	const token = userToken();
	return server.client(() => token);
};
const newTopic = (kind: 'hear' | 'talk') => `${kind}:${randomUUID()}`;

test('a private channel receives database broadcasts with the message’s id', async () => {
	const topic = newTopic('hear');
	const listening = await listenTo(somebody(), topic);
	await listening.state('SUBSCRIBED');
	await send(topic, 'greeting', { text: 'Grüße 👋' });
	await listening.count(1);
	const [message] = listening.heard;
	expect(message).toMatchObject({ event: 'greeting', payload: { text: 'Grüße 👋' } });
	expect(message?.meta?.id).toBe(message?.payload['id']);
});

test('500 messages of one statement arrive once and in order', async () => {
	const topic = newTopic('hear');
	const listening = await listenTo(somebody(), topic);
	await listening.state('SUBSCRIBED');
	await server.sql`
		select realtime.send(jsonb_build_object('n', n), 'count', ${topic}, true) from generate_series(1, 500) as n`;
	await send(topic, 'last', {});
	await listening.count(501);
	const numbers = listening.heard.slice(0, 500).map((message) => message.payload['n']);
	expect(numbers).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
	expect(listening.heard[500]?.event).toBe('last');
});

test('a channel that no policy allows is refused', async () => {
	const listening = await listenTo(somebody(), `nobody:${randomUUID()}`);
	await listening.state('CHANNEL_ERROR');
	expect(listening.channel.state).toBe('errored');
});

describe('a client’s own broadcast', () => {
	test('reaches the others, but not its sender, if an insert policy allows it', async () => {
		const topic = newTopic('talk');
		const [ada, grace] = [await listenTo(somebody(), topic), await listenTo(somebody(), topic)];
		await Promise.all([ada.state('SUBSCRIBED'), grace.state('SUBSCRIBED')]);
		await ada.channel.send({ type: 'broadcast', event: 'typing', payload: { typing: true } });
		await grace.count(1);
		expect(grace.heard[0]).toMatchObject({ event: 'typing', payload: { typing: true } });
		await send(topic, 'after', {});
		await ada.count(1);
		expect(ada.heard.map((message) => message.event)).toEqual(['after']);
	});

	test('is dropped without an error if none allows it, and gets no reply', async () => {
		const topic = newTopic('hear');
		const ada = await listenTo(somebody(), topic, { broadcast: { ack: true } });
		const grace = await listenTo(somebody(), topic);
		await Promise.all([ada.state('SUBSCRIBED'), grace.state('SUBSCRIBED')]);
		const forged = { type: 'broadcast' as const, event: 'forged', payload: {} };
		expect(await ada.channel.send(forged, { timeout: 300 })).toBe('timed out');
		await send(topic, 'real', {});
		await grace.count(1);
		expect(grace.heard.map((message) => message.event)).toEqual(['real']);
	});
});

test('presence: everyone sees who joins and who leaves', async () => {
	const topic = newTopic('talk');
	const enabled = (key: string) => ({ presence: { key, enabled: true } });
	const ada = await listenTo(somebody(), topic, enabled('ada'));
	const grace = await listenTo(somebody(), topic, enabled('grace'));
	await Promise.all([ada.state('SUBSCRIBED'), grace.state('SUBSCRIBED')]);
	await ada.channel.track({ online: true });
	await grace.channel.track({ online: true });
	const present = (channel = ada.channel) => Object.keys(channel.presenceState()).sort();
	await vi.waitFor(() => expect(present()).toEqual(['ada', 'grace']));
	await vi.waitFor(() => expect(present(grace.channel)).toEqual(['ada', 'grace']));
	await grace.channel.untrack();
	await vi.waitFor(() => expect(present()).toEqual(['ada']));
	await ada.channel.unsubscribe();
	await vi.waitFor(() => expect(present(grace.channel)).toEqual([]));
});

describe('the lifetime of a token', () => {
	test('a channel whose token is not refreshed is closed when it expires', async () => {
		const token = userToken({ exp: currentSeconds() + 2 });
		const listening = await listenTo(
			server.client(() => token),
			newTopic('hear'),
		);
		await listening.state('SUBSCRIBED');
		await listening.state('CLOSED');
		expect(server.log.join('\n')).toMatch(/Token has expired \d+ seconds ago/);
	});

	test('a channel that gets new tokens outlives the old ones', async () => {
		const sub = randomUUID();
		const shortToken = () => userToken({ sub, exp: currentSeconds() + 3 });
		const topic = newTopic('hear');
		// realtime-js requests the token at each heartbeat, here once a second.
		const refreshed = await listenTo(server.client(shortToken), topic);
		await refreshed.state('SUBSCRIBED');
		const token = shortToken();
		const witness = await listenTo(
			server.client(() => token),
			topic,
		);
		await witness.state('SUBSCRIBED');
		await witness.state('CLOSED');
		await send(topic, 'late', {});
		await refreshed.count(1);
		expect(refreshed.channel.state).toBe('joined');
	});
});
