import { expect, inject, test } from 'vitest';
import { Connection, refusedHandshake, unique } from './socket';

test('a handshake without an API key is refused with 401 and JSON', async () => {
	const { status, body } = await refusedHandshake({ vsn: '2.0.0' });
	expect(status).toBe(401);
	expect(JSON.parse(body)).toEqual({ error: 'API key is missing' });
});

test('an unknown version of the protocol is refused with 403', async () => {
	const { publishableKey } = inject('stack');
	const { status } = await refusedHandshake({ vsn: '9.9.9', apikey: publishableKey });
	expect(status).toBe(403);
});

test('version 2.0.0 answers a heartbeat with an array', async () => {
	const connection = await Connection.open();
	const { ref, raw } = await connection.heartbeat();
	const response = { status: 'ok', response: {} };
	expect(JSON.parse(raw)).toEqual([null, ref, 'phoenix', 'phx_reply', response]);
});

test('version 1.0.0 answers a heartbeat with an object without join_ref', async () => {
	const connection = await Connection.open('1.0.0');
	const { raw } = await connection.heartbeat();
	expect(Object.keys(JSON.parse(raw)).sort()).toEqual(['event', 'payload', 'ref', 'topic']);
});

test('a push on a topic that was never joined is answered with "unmatched topic"', async () => {
	const connection = await Connection.open();
	const ref = connection.push(`realtime:${unique()}`, 'broadcast', {});
	const reply = await connection.until((frame) => frame.ref === ref);
	expect(reply.joinRef).toBeNull();
	expect(reply.payload).toEqual({ status: 'error', response: { reason: 'unmatched topic' } });
});

test('malformed frames are ignored and the connection stays open', async () => {
	const connection = await Connection.open();
	for (const garbage of ['not json', '[]', '{"a":1}']) connection.send(garbage);
	const { ref } = await connection.heartbeat();
	expect(connection.frames.map((frame) => frame.ref)).toEqual([ref]);
});
