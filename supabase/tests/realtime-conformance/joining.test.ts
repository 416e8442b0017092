import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { usePolicies } from './policies';
import { Connection, unique, userToken } from './socket';

usePolicies();

const unauthorized = (topic: string) => ({
	status: 'error',
	response: {
		reason: `Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`,
	},
});

test('anyone with a key joins a public topic', async () => {
	const connection = await Connection.open();
	const reply = await connection.join(`p${unique()}`, {});
	expect(reply).toEqual({ status: 'ok', response: { postgres_changes: [] } });
});

test('a private topic without a policy is refused, with the topic in the reason', async () => {
	const connection = await Connection.open();
	const topic = `none:${unique()}`;
	expect(await connection.join(topic, { private: true })).toEqual(unauthorized(topic));
});

test('a private topic with a policy can be joined', async () => {
	const connection = await Connection.open();
	const reply = await connection.join(`conf:${unique()}`, { private: true });
	expect(reply.status).toBe('ok');
});

test('a policy sees role, claims, the topic without its prefix, and a row without event', async () => {
	const connection = await Connection.open();
	const sub = randomUUID();
	const join = (topicOf: string, ref: string) =>
		connection.join(`confsub:${topicOf}`, { private: true }, userToken({ sub }), ref);
	expect((await join(sub, '1')).status).toBe('ok');
	expect((await join(randomUUID(), '2')).status).toBe('error');
});

test('the role anon needs policies of its own', async () => {
	const connection = await Connection.open();
	const token = userToken({ role: 'anon' });
	const reply = await connection.join(`conf:${unique()}`, { private: true }, token);
	expect(reply.status).toBe('error');
});

test('a policy that raises refuses the join, and the connection stays open', async () => {
	const connection = await Connection.open();
	const topic = `confraise:${unique()}`;
	expect(await connection.join(topic, { private: true })).toEqual(unauthorized(topic));
	await connection.heartbeat();
});

test('leaving is answered, and then the channel is closed', async () => {
	const connection = await Connection.open();
	const topic = `conf:${unique()}`;
	await connection.join(topic, { private: true });
	await connection.reply(connection.push(`realtime:${topic}`, 'phx_leave', {}));
	await connection.until((frame) => frame.event === 'phx_close');
	const events = connection.frames.map((frame) => frame.event);
	expect(events.slice(-2)).toEqual(['phx_reply', 'phx_close']);
});

test('a second join of a topic closes the first one with its own join_ref', async () => {
	const connection = await Connection.open();
	const topic = `conf:${unique()}`;
	const join = (ref: string) => connection.join(topic, { private: true }, userToken(), ref);
	await join('10');
	expect((await join('11')).status).toBe('ok');
	const closed = await connection.until((frame) => frame.event === 'phx_close');
	expect(closed.joinRef).toBe('10');
});
