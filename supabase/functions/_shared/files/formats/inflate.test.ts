import { randomBytes } from 'node:crypto';
import { constants, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate as inflateCounted, InflateError } from './inflate.ts';
import { StepCounter } from '../steps.ts';

const inflate = (bytes: Uint8Array, start: number, maxLength: number): Uint8Array =>
	inflateCounted(bytes, start, maxLength, new StepCounter()).content;

const SAMPLES = {
	nothing: Buffer.alloc(0),
	'one letter': Buffer.from('a'),
	text: Buffer.from('4 0 << /Type /Font >> '.repeat(5000)),
	'random bytes': randomBytes(200_000),
	zeros: Buffer.alloc(1_000_000),
};

describe('inflate', () => {
	it.each(Object.entries(SAMPLES))('restores %s for every method of deflating', (_what, plain) => {
		for (const level of [0, 1, 6, 9])
			for (const strategy of [
				constants.Z_DEFAULT_STRATEGY,
				constants.Z_FIXED,
				constants.Z_HUFFMAN_ONLY,
			]) {
				const deflated = Buffer.concat([
					Buffer.from('ab'),
					deflateSync(plain, { level, strategy }),
					Buffer.from('more'),
				]);
				expect(Buffer.from(inflate(deflated, 2, plain.length)).equals(plain)).toBe(true);
			}
	});

	it('returns the end of the stream', () => {
		const stream = deflateSync(Buffer.from('some text'));
		const bytes = Buffer.concat([stream, Buffer.from('more')]);
		// The checksum has four bytes.
		expect(inflateCounted(bytes, 0, 100, new StepCounter()).end).toBe(stream.length - 4);
	});

	it('stops at the limit', () => {
		expect(() => inflate(deflateSync(Buffer.alloc(1001)), 0, 1000)).toThrow(InflateError);
	});

	it('rejects truncated and invalid data at any position', () => {
		const whole = deflateSync(Buffer.from('some text that is worth deflating '.repeat(20)));
		for (let length = 0; length < whole.length - 6; length++)
			expect(() => inflate(whole.subarray(0, length), 0, 10_000)).toThrow(InflateError);
		for (let i = 0; i < 2000; i++) {
			const noise = Buffer.concat([Buffer.from([0x78, 0x9c]), randomBytes(60)]);
			try {
				inflate(noise, 0, 10_000);
			} catch (error) {
				expect(error).toBeInstanceOf(InflateError);
			}
		}
	});
});
