import { expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './frames';
import { binaryBroadcast } from '../testing/fake-server';

it('reads a text frame', () => {
	expect(decodeFrame('["1","2","realtime:t","phx_reply",{"status":"ok"}]')).toEqual({
		joinRef: '1',
		ref: '2',
		topic: 'realtime:t',
		event: 'phx_reply',
		payload: { status: 'ok' },
	});
});

it('reads a broadcast of the database (binary, kind 4) with characters of every script', () => {
	const frame = binaryBroadcast('realtime:t', 'new_message', { text: 'ü 😀 مرحبا' });
	expect(decodeFrame(frame)).toEqual({
		joinRef: null,
		ref: null,
		topic: 'realtime:t',
		event: 'broadcast',
		payload: { event: 'new_message', payload: { text: 'ü 😀 مرحبا' } },
	});
});

it('writes frames that it can read', () => {
	const frame = { joinRef: '1', ref: '1', topic: 't', event: 'e', payload: { a: 1 } };
	expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
});

it.each([
	'',
	'no json',
	'{}',
	'[1,2]',
	'[null,null,3,"e",{}]',
	new ArrayBuffer(0),
	Uint8Array.from([4, 200, 1, 1, 1]).buffer,
	Uint8Array.from([4, 1, 1, 0, 0, 65, 66, 1, 2]).buffer,
	Uint8Array.from([9, 1]).buffer,
	null,
])('ignores what it does not understand: %j', (data) => {
	expect(decodeFrame(data)).toBeNull();
});
