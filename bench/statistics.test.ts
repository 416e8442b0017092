import { describe, expect, it } from 'vitest';
import { percentile, ratios } from './statistics';

describe('percentile', () => {
	it('is the nearest rank, whatever the order of the samples', () => {
		const samples = [5, 1, 4, 2, 3];
		expect(percentile(samples, 0.5)).toBe(3);
		expect(percentile(samples, 0.95)).toBe(5);
		expect(percentile(samples, 0)).toBe(1);
		expect(samples).toEqual([5, 1, 4, 2, 3]);
	});

	it('refuses to make a number out of nothing', () => {
		expect(() => percentile([], 0.5)).toThrow('No samples.');
	});
});

describe('ratios', () => {
	it('compares each round with the limit of the same round', () => {
		expect(
			ratios([
				{ measured: [10], limit: [2] },
				{ measured: [30], limit: [10] },
			]),
		).toEqual([5, 3]);
	});
});
