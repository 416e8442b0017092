import { describe, expect, test } from 'vitest';
import { type ServerFrame, type UserBroadcast } from './frames';
import { findSerializer } from './serializer';
import { serializerV1 } from './serializer-v1';
import { serializerV2 } from './serializer-v2';

const text = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function userBroadcast(fields: Partial<UserBroadcast> = {}): ServerFrame {
	const body = Buffer.from('{"a":"grüße 👋"}');
	const metadata = { id: '1' };
	const kind = 'user-broadcast';
	return { kind, topic: 'realtime:t', event: 'e', encoding: 'json', body, metadata, ...fields };
}

/** A kind 3 frame as a client writes it. */
function kind3(fields: string[], encoding: number, body: Buffer): Buffer {
	const parts = fields.map((field) => Buffer.from(field));
	const header = [3, ...parts.map((part) => part.length), encoding];
	return Buffer.concat([Buffer.from(header), ...parts, body]);
}

test('vsn selects the protocol, and an unknown one selects none', () => {
	expect(findSerializer('2.0.0')).toBe(serializerV2);
	expect(findSerializer('1.0.0')).toBe(serializerV1);
	expect(findSerializer(null)).toBe(serializerV1);
	expect(findSerializer('9.9.9')).toBeUndefined();
});

describe('vsn 2.0.0', () => {
	test('reads arrays, and ignores elements after the fifth', () => {
		const frame = { joinRef: '1', ref: '2', topic: 'realtime:ä', event: 'e', payload: { b: '👋' } };
		const data = text(['1', '2', 'realtime:ä', 'e', { b: '👋' }, 'more']);
		expect(serializerV2.decode(data, false)).toEqual(frame);
	});

	test.each([['not json'], ['[]'], ['{"a":1}'], ['["1","2","t","e"]'], ['[1,2,3,4,5]']])(
		'rejects %s as malformed',
		(data) => {
			expect(serializerV2.decode(Buffer.from(data), false)).toBeUndefined();
		},
	);

	test('reads a kind 3 frame by bytes, not by characters', () => {
		const data = kind3(['1', '9', 'realtime:tür', 'größe', ''], 1, Buffer.from('{"x":"ü👋"}'));
		const frame = serializerV2.decode(data, true);
		expect(frame).toMatchObject({ joinRef: '1', ref: '9', topic: 'realtime:tür' });
		expect(frame?.userBroadcast).toMatchObject({ event: 'größe', encoding: 'json' });
		expect(frame?.userBroadcast?.body.toString()).toBe('{"x":"ü👋"}');
	});

	test('keeps raw bytes unchanged', () => {
		const bytes = Buffer.from([0, 255, 1, 254]);
		const frame = serializerV2.decode(kind3(['1', '9', 't', 'e', ''], 0, bytes), true);
		expect(frame?.userBroadcast).toMatchObject({ encoding: 'binary', body: bytes });
	});

	test('rejects a cut kind 3 frame, invalid metadata and other kinds as malformed', () => {
		const data = kind3(['1', '9', 'realtime:t', 'e', ''], 1, Buffer.from(''));
		expect(serializerV2.decode(data.subarray(0, 12), true)).toBeUndefined();
		expect(serializerV2.decode(kind3(['1', '9', 't', 'e', '{'], 1, data), true)).toBeUndefined();
		expect(serializerV2.decode(Buffer.from([0, 1, 1, 1, 1]), true)).toBeUndefined();
		expect(serializerV2.decode(Buffer.alloc(0), true)).toBeUndefined();
	});

	test('writes user broadcasts as kind 4 with byte lengths', () => {
		const encoded = serializerV2.encode(userBroadcast({ event: 'größe' }));
		const expected = Buffer.concat([
			Buffer.from([4, 10, 7, 10, 1]),
			Buffer.from('realtime:tgröße{"id":"1"}{"a":"grüße 👋"}'),
		]);
		expect(encoded).toEqual(expected);
	});

	test('cannot carry a name of more than 255 bytes', () => {
		expect(serializerV2.encode(userBroadcast({ event: 'ä'.repeat(127) }))).toBeDefined();
		expect(serializerV2.encode(userBroadcast({ event: 'ä'.repeat(128) }))).toBeUndefined();
	});
});

describe('vsn 1.0.0', () => {
	test('reads objects and writes objects without join_ref', () => {
		const data = text({ topic: 't', event: 'e', payload: {}, ref: '1', join_ref: '2' });
		const frame = serializerV1.decode(data, false);
		expect(frame).toEqual({ joinRef: '2', ref: '1', topic: 't', event: 'e', payload: {} });
		const push = { joinRef: '2', ref: null, topic: 't', event: 'e', payload: { a: 1 } };
		const encoded = serializerV1.encode({ kind: 'push', ...push });
		const expected = { ref: null, event: 'e', topic: 't', payload: { a: 1 } };
		expect(JSON.parse(String(encoded))).toEqual(expected);
	});

	test('turns a JSON user broadcast into an object with its metadata', () => {
		const encoded = serializerV1.encode(userBroadcast());
		const payload = { a: 'grüße 👋' };
		const expected = { event: 'e', payload, type: 'broadcast', meta: { id: '1' } };
		expect(JSON.parse(String(encoded)).payload).toEqual(expected);
	});

	test('cannot send raw bytes, and ignores binary frames', () => {
		expect(serializerV1.encode(userBroadcast({ encoding: 'binary' }))).toBeUndefined();
		expect(serializerV1.decode(text({ topic: 't', event: 'e' }), true)).toBeUndefined();
		expect(serializerV1.decode(text([1, 2]), false)).toBeUndefined();
	});
});
