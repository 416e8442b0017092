import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { SecretCheck } from './secret.ts';

const SECRET = '5f'.repeat(32);
const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

describe('SecretCheck', () => {
	it('accepts the secret', async () => {
		const check = new SecretCheck(async () => digestOf(SECRET));
		expect(await check.accepts(SECRET)).toBe(true);
	});

	it.each([
		['nothing', null],
		['an empty text', ''],
		['a prefix', SECRET.slice(0, -1)],
		['more than it', `${SECRET}0`],
		['a list', [SECRET]],
		['a number', 5],
		['an object', { length: 64 }],
		['upper case', SECRET.toUpperCase()],
		['its digest', digestOf(SECRET)],
	])('rejects %s', async (_what, candidate) => {
		const check = new SecretCheck(async () => digestOf(SECRET));
		expect(await check.accepts(candidate)).toBe(false);
	});

	it('rejects everything while there is no secret', async () => {
		expect(await new SecretCheck(async () => null).accepts(SECRET)).toBe(false);
	});

	it('does no work for a thousand wrong guesses', async () => {
		const fetchDigest = vi.fn(async () => digestOf(SECRET));
		const check = new SecretCheck(fetchDigest);
		for (let guess = 0; guess < 1000; guess++)
			expect(await check.accepts(guess.toString(16).padStart(64, '0'))).toBe(false);
		expect(fetchDigest).toHaveBeenCalledTimes(1);
		expect(await check.accepts(SECRET)).toBe(true);
	});

	it('uses a changed secret within half a minute', async () => {
		let [secret, now] = [SECRET, 0];
		const check = new SecretCheck(
			async () => digestOf(secret),
			() => now,
		);
		await check.accepts(SECRET);
		secret = 'ab'.repeat(32);
		expect(await check.accepts(secret)).toBe(false);
		now = 30_000;
		expect(await check.accepts(secret)).toBe(true);
		expect(await check.accepts(SECRET)).toBe(false);
	});

	it('rejects a replaced secret within half a minute, even if it was accepted before', async () => {
		let [secret, now] = [SECRET, 0];
		const check = new SecretCheck(
			async () => digestOf(secret),
			() => now,
		);
		expect(await check.accepts(SECRET)).toBe(true);
		secret = 'ab'.repeat(32);
		now = 30_000;
		expect(await check.accepts(SECRET)).toBe(false);
	});
});
