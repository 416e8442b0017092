import { expect, inject, test } from 'vitest';
import { usePolicies } from './policies';
import { writeBinary } from './protocol';
import { sendFromDatabase } from './send';
import { Connection, unique, userToken } from './socket';

usePolicies();

const broadcast = (event: string) => ({ type: 'broadcast', event, payload: { x: 1 } });

test('without an insert policy a broadcast is dropped without an answer, even with ack', async () => {
	const [sender, receiver] = [await Connection.open(), await Connection.open()];
	const topic = `conf:${unique()}`;
	await sender.join(topic, { private: true, broadcast: { ack: true } });
	await receiver.joinLive(topic);
	const ref = sender.push(`realtime:${topic}`, 'broadcast', broadcast('forged'));
	sender.send(writeBinary(`realtime:${topic}`, 'forged', {}));
	await sender.heartbeat();
	await sendFromDatabase(topic, 'end');
	await receiver.broadcast('end');
	expect(sender.frames.some((frame) => frame.ref === ref)).toBe(false);
	expect(receiver.broadcasts.map(({ payload }) => payload.event)).toEqual(['end']);
});

test('with an insert policy others get it, ack is answered, and self sends a copy back', async () => {
	const [plain, withSelf] = [await Connection.open(), await Connection.open()];
	const topic = `confw:${unique()}`;
	await plain.join(topic, { private: true, broadcast: { ack: true } });
	await withSelf.join(topic, { private: true, broadcast: { self: true } });
	const ref = plain.push(`realtime:${topic}`, 'broadcast', broadcast('hi'));
	expect(await plain.reply(ref)).toEqual({ status: 'ok', response: {} });
	const heard = await withSelf.broadcast('hi');
	expect(heard.payload.payload).toEqual({ x: 1 });
	expect(heard.meta).toBeUndefined();
	withSelf.push(`realtime:${topic}`, 'broadcast', broadcast('me'));
	await withSelf.broadcast('me');
	await plain.broadcast('me');
	expect(plain.broadcasts.map(({ payload }) => payload.event)).toEqual(['me']);
});

test('a binary push of kind 3 is delivered as kind 4', async () => {
	const [sender, receiver] = [await Connection.open(), await Connection.open()];
	const topic = `confw:${unique()}`;
	await sender.join(topic, { private: true });
	await receiver.join(topic, { private: true });
	sender.send(writeBinary(`realtime:${topic}`, 'bin', { y: 'ü' }));
	const { kind, payload } = await receiver.broadcast('bin');
	expect({ kind, payload: payload.payload }).toEqual({ kind: 4, payload: { y: 'ü' } });
});

test('the HTTP endpoint answers 202, and drops what no insert policy allows', async () => {
	const { apiUrl, publishableKey } = inject('stack');
	const [allowed, refused] = [await Connection.open(), await Connection.open()];
	const topics = { allowed: `confw:${unique()}`, refused: `conf:${unique()}` };
	await allowed.join(topics.allowed, { private: true });
	await refused.joinLive(topics.refused);
	const messages = Object.values(topics).map((topic) => ({
		...{ topic, event: 'http', payload: { z: 1 }, private: true },
	}));
	const response = await fetch(`${apiUrl}/realtime/v1/api/broadcast`, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			apikey: publishableKey,
			authorization: `Bearer ${userToken()}`,
		},
		body: JSON.stringify({ messages }),
	});
	expect(response.status).toBe(202);
	await allowed.broadcast('http');
	await sendFromDatabase(topics.refused, 'end');
	await refused.broadcast('end');
	expect(refused.broadcasts.map(({ payload }) => payload.event)).toEqual(['end']);
});
