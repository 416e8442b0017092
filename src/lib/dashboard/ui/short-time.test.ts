import { describe, expect, it } from 'vitest';
import { shortTime } from './short-time';

const now = new Date(2026, 10, 21, 18, 0);
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString();

describe('the short time of a row', () => {
	it('is the time today, the day in this year, the date in earlier years', () => {
		expect(shortTime(at(2026, 10, 21, 10, 31), now.getTime())).toMatch(/^10:31\sAM$/);
		expect(shortTime(at(2026, 10, 20, 23, 59), now.getTime())).toBe('Nov 20');
		expect(shortTime(at(2025, 10, 21, 10, 31), now.getTime())).toBe('Nov 21, 2025');
	});
});
