import { expect, test } from 'vitest';
import { parseJoinConfig } from './join-config';

test('a bare join is public, without presence, with the key of the socket', () => {
	expect(parseJoinConfig({})).toMatchObject({
		private: false,
		ackBroadcast: false,
		selfBroadcast: false,
		replicationReady: false,
		replay: undefined,
		presenceEnabled: false,
		postgresChanges: [],
		accessToken: undefined,
	});
});

test('flags may be written as text, in any case', () => {
	const config = { private: 'True', broadcast: { ack: 'TRUE', self: 'false' } };
	const parsed = parseJoinConfig({ config });
	expect(parsed).toMatchObject({ private: true, ackBroadcast: true, selfBroadcast: false });
});

test('parts of the wrong type are ignored', () => {
	const config = { private: 1, broadcast: [], presence: 'x', postgres_changes: {} };
	const parsed = parseJoinConfig({ config, access_token: 7 });
	expect(parsed).toMatchObject({ private: false, presenceEnabled: false, postgresChanges: [] });
	expect(parsed?.accessToken).toBeUndefined();
});

test('a payload that is not an object is not a join', () => {
	expect(parseJoinConfig(null)).toBeUndefined();
	expect(parseJoinConfig([])).toBeUndefined();
	expect(parseJoinConfig({ config: 'x' })).toBeUndefined();
});

test('an empty presence key is replaced by a generated one', () => {
	const keys = [{ key: '' }, {}].map(
		(presence) => parseJoinConfig({ config: { presence } })?.presenceKey,
	);
	expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
	expect(keys[0]).not.toBe(keys[1]);
	expect(parseJoinConfig({ config: { presence: { key: 'ada' } } })?.presenceKey).toBe('ada');
});

test('an API key is not the token of a user', () => {
	expect(parseJoinConfig({ access_token: 'sb_publishable_x' })?.accessToken).toBeUndefined();
	expect(parseJoinConfig({ access_token: 'a', user_token: 'u' })?.accessToken).toBe('u');
});
