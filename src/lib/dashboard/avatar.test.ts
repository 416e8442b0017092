import { describe, expect, it } from 'vitest';
import { hueOf, initialsOf } from './avatar';

describe('an avatar', () => {
	it('takes its hue from the person’s id, for ever the same', () => {
		const id = '3f2f8d5e-6d0e-4a55-9a55-0f4f6cf2a4b1';
		expect(hueOf(id)).toBe(hueOf(id));
		expect(hueOf(id)).toBeGreaterThanOrEqual(0);
		expect(hueOf(id)).toBeLessThan(360);
		expect(hueOf('')).toBeLessThan(360);
	});

	it.each([
		['Ada Lovelace', 'ada@example.com', 'AL'],
		[null, 'ada@example.com', 'AD'],
		[null, 'grace.hopper@example.com', 'GH'],
		['王小明', null, '王'],
		['  ', 'x@example.com', 'X'],
		['Ludwig van Beethoven', null, 'LB'],
		[null, null, '?'],
		['👩‍💻', null, '?'],
		['"><img src=x>', null, 'IX']
	])('of %j, %j shows %j', (name, email, initials) => {
		expect(initialsOf(name, email)).toBe(initials);
	});
});
