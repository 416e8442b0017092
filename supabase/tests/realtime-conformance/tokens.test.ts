import { expect, test, vi } from 'vitest';
import { signToken } from '../../../local-stack/stack/project-keys';
import { allowReading, usePolicies } from './policies';
import { sendFromDatabase } from './send';
import { Connection, seconds, unique, userToken } from './socket';

usePolicies();

/** The reason with which a join of a readable topic is refused for this token. */
async function refusal(token: string): Promise<unknown> {
	const connection = await Connection.open();
	const reply = await connection.join(`conf:${unique()}`, { private: true }, token);
	expect(reply.status).toBe('error');
	return reply.response;
}

test('an expired token is refused at the join', async () => {
	expect(await refusal(userToken({ exp: seconds() - 5 }))).toEqual({
		reason: expect.stringMatching(/^InvalidJWTToken: Token has expired \d+ seconds ago$/),
	});
});

test('a token of another secret is refused at the join', async () => {
	expect(await refusal(userToken({}, 'x'.repeat(40)))).toEqual({
		reason: expect.stringMatching(/^JwtSignatureError/),
	});
});

test('a token without a signature is refused at the join', async () => {
	const [, claims] = signToken({ role: 'authenticated', exp: seconds() + 60 }, 'x').split('.');
	const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
	await refusal(`${header}.${claims}.`);
});

test('a fresh token is taken without an answer, and the channel outlives the old one', async () => {
	const connection = await Connection.open();
	const topic = `conf:${unique()}`;
	const exp = seconds() + 4;
	await connection.joinLive(topic, userToken({ exp }));
	const token = { access_token: userToken() };
	const ref = connection.push(`realtime:${topic}`, 'access_token', token);
	await vi.waitUntil(() => seconds() > exp, { timeout: 8000 });
	await sendFromDatabase(topic, 'later');
	await connection.broadcast('later');
	const unwanted = connection.frames.filter(
		(frame) => frame.ref === ref || frame.event === 'phx_close',
	);
	expect(unwanted).toEqual([]);
});

test('a channel whose token ends is closed with a reason, and the connection stays open', async () => {
	const connection = await Connection.open();
	const topic = `conf:${unique()}`;
	await connection.join(topic, { private: true }, userToken({ exp: seconds() + 3 }));
	const { payload } = await connection.until(
		(frame) => frame.event === 'system' && frame.payload.status === 'error',
	);
	expect(payload.message).toMatch(/^Token has expired \d+ seconds ago$/);
	const closed = await connection.until((frame) => frame.event === 'phx_close');
	expect(closed.topic).toBe(`realtime:${topic}`);
	await connection.heartbeat();
});

test('policies are read at the join and again with a new token, not in between', async () => {
	const connection = await Connection.open();
	const topic = `one:${unique()}`;
	const dropPolicy = await allowReading(topic);
	await connection.joinLive(topic);
	await dropPolicy();
	await sendFromDatabase(topic, 'still');
	await connection.broadcast('still');
	connection.push(`realtime:${topic}`, 'access_token', { access_token: userToken() });
	await connection.until((frame) => frame.event === 'phx_close');
});
