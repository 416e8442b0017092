import { expect, test } from 'vitest';
import { usePolicies } from './policies';
import { Connection, unique, userToken } from './socket';

usePolicies();

const config = (key: string) => ({ private: true, presence: { key, enabled: true } });
const track = { type: 'presence', event: 'track', payload: { on: 1 } };

test('presence: the state at the join, a diff when a client tracks, and one when it is disconnected', async () => {
	const [alice, bob] = [await Connection.open(), await Connection.open()];
	const topic = `confp:${unique()}`;
	await alice.join(topic, config('alice'));
	await alice.until((frame) => frame.event === 'presence_state');
	await bob.join(topic, config('bob'), userToken());
	const reply = await alice.reply(alice.push(`realtime:${topic}`, 'presence', track));
	expect(reply.status).toBe('ok');
	const isDiff = (kind: 'joins' | 'leaves') => (frame: { event: string; payload: object }) =>
		frame.event === 'presence_diff' &&
		JSON.stringify(Reflect.get(frame.payload, kind)).includes('alice');
	const { payload } = await bob.until(isDiff('joins'));
	expect(payload.joins).toEqual({ alice: { metas: [expect.objectContaining({ on: 1 })] } });
	alice.cut();
	await bob.until(isDiff('leaves'));
});

test('presence without an insert policy for it is refused', async () => {
	const connection = await Connection.open();
	const topic = `conf:${unique()}`;
	await connection.join(topic, config('alice'));
	const ref = connection.push(`realtime:${topic}`, 'presence', track);
	expect((await connection.reply(ref)).status).toBe('error');
});
