import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PresenceLimit } from './channel/presence-limit';
import { RateCounter } from './rate-counter';

describe('a presence limit', () => {
	test('allows five calls in a window, and five more in the next', () => {
		const limit = new PresenceLimit(5, 30_000);
		const calls = [0, 1000, 2000, 3000, 29_999].map((now) => limit.take(now));
		expect(calls).toEqual([true, true, true, true, true]);
		expect(limit.take(30_000)).toBe(false);
		expect(limit.take(30_001)).toBe(true);
	});
});

describe('a rate counter', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	test('checks only every five seconds, and averages over a minute', () => {
		const counter = new RateCounter(10);
		for (let n = 0; n < 60; n++) counter.add();
		expect(counter.exceeded).toBe(false);
		vi.advanceTimersByTime(5000);
		expect(counter.average).toBe(12);
		expect(counter.exceeded).toBe(true);
		vi.advanceTimersByTime(5000);
		expect(counter.average).toBe(6);
		expect(counter.exceeded).toBe(false);
		vi.advanceTimersByTime(60_000);
		expect(counter.average).toBe(0);
		counter.stop();
	});
});
