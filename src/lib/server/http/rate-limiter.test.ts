import { describe, expect, it } from 'vitest';
import { addressKey, RateLimiter } from './rate-limiter';

describe('a limit on attempts', () => {
	it('allows as many as the limit, then none until the window has ended', () => {
		let now = 0;
		const limiter = new RateLimiter(2, 1_000, 10, () => now);
		for (const expected of [0, 0, 1_000]) {
			expect(limiter.waitFor('a')).toBe(expected);
			limiter.count('a');
		}
		expect(limiter.waitFor('b')).toBe(0);
		now = 400;
		expect(limiter.waitFor('a')).toBe(600);
		now = 1_000;
		expect(limiter.waitFor('a')).toBe(0);
	});

	it('does not count attempts that are taken back', () => {
		const limiter = new RateLimiter(1, 1_000, 10, () => 0);
		limiter.count('a');
		limiter.giveBack('a');
		limiter.giveBack('a');
		expect(limiter.waitFor('a')).toBe(0);
		limiter.count('a');
		expect(limiter.waitFor('a')).toBe(1_000);
	});

	it('keeps at most a number of keys, and removes expired ones first', () => {
		let now = 0;
		const limiter = new RateLimiter(1, 1_000, 100, () => now);
		for (let index = 0; index < 10_000; index++) limiter.count(`key ${index}`);
		expect(limiter.size).toBe(100);
		expect(limiter.waitFor('key 9999')).toBe(1_000);
		now = 2_000;
		limiter.count('another');
		expect(limiter.size).toBe(1);
	});
});

describe('the key of an address', () => {
	it.each([
		['192.0.2.1', '192.0.2.1'],
		['::ffff:192.0.2.1', '192.0.2.1'],
		['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
		['2001:0DB8:0001::7', '2001:db8:1:0::/64'],
		['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
		['::1', '0:0:0:0::/64'],
		['fe80::1%eth0', 'fe80:0:0:0::/64'],
		['no address at all', 'no address at all'],
	])('of %s is %s', (address, key) => {
		expect(addressKey(address)).toBe(key);
	});
});
