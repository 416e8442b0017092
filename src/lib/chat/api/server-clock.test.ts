import { describe, expect, it } from 'vitest';
import { ServerClock } from './server-clock';
import { createFormatter } from '../text/format';

const serverNow = Date.parse('2026-03-09T12:00:00Z');
const at = (offset: number): string => new Date(serverNow + offset).toISOString();
const minute = 60_000;
const day = 24 * 60 * minute;

describe.each([0, day, -day, 400 * day])('on a machine whose clock is off by %i ms', (error) => {
	const clock = new ServerClock(() => serverNow + error);
	clock.observe(new Date(serverNow).toUTCString(), serverNow + error);
	const format = createFormatter('en', clock, 'America/New_York');

	it("finds the server's time", () => {
		expect(Math.abs(clock.now() - serverNow)).toBeLessThanOrEqual(500);
	});

	it("formats times by the server's clock", () => {
		expect(format.relative(at(-2 * minute))).toBe('2 minutes ago');
		expect(format.relative(at(-3 * day))).toBe('3 days ago');
		expect(format.day(at(0))).toBe('Today');
		// 23 hours long, this day: clocks went forward on March 8.
		expect(format.day(at(-day))).toBe('Yesterday');
		expect(format.day('2026-01-29T17:00:00Z')).toBe('Thursday, January 29');
		expect(format.day('2024-01-29T17:00:00Z')).toBe('Monday, January 29, 2024');
	});

	it('never says "in the future"', () => {
		expect(format.relative(at(5 * minute))).toBe('now');
		expect(format.day(at(2 * day))).toBe('Today');
	});
});

it('uses the time of a stored message as a lower bound', () => {
	const clock = new ServerClock(() => serverNow - day);
	clock.observeStored(at(0));
	expect(clock.now()).toBe(serverNow);
	clock.observeStored(at(-day));
	expect(clock.now()).toBe(serverNow);
});

it('ignores an invalid Date header', () => {
	const clock = new ServerClock(() => serverNow);
	clock.observe(null, serverNow);
	clock.observe('soon', serverNow);
	expect(clock.now()).toBe(serverNow);
});

it.each([
	['with its time of issue', serverNow, serverNow],
	['without', 0, serverNow + day - minute],
])('is set by a renewed token %s that seems expired', (_what, issuedAt, expected) => {
	const clock = new ServerClock(() => serverNow + 2 * day);
	clock.observeRenewed(issuedAt, serverNow + day);
	expect(clock.now()).toBe(expected);
});
