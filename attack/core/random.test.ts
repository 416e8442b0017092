import { describe, expect, it } from 'vitest';
import { Random } from './random';

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.next());

describe('Random', () => {
	it('repeats itself for the same seed, and for no other', () => {
		expect(draw(new Random('7'), 100)).toEqual(draw(new Random('7'), 100));
		expect(draw(new Random('7'), 100)).not.toEqual(draw(new Random('8'), 100));
	});

	it('stays within its bounds and reaches all of them', () => {
		const random = new Random('bounds');
		const seen = new Set(Array.from({ length: 500 }, () => random.integer(-2, 3)));
		expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
	});

	it('samples different elements', () => {
		const list = [1, 2, 3, 4, 5];
		const random = new Random('sample');
		expect(new Set(random.sample(list, 3)).size).toBe(3);
		expect(random.sample(list, 9).sort()).toEqual(list);
	});

	it('forks sequences that do not disturb each other', () => {
		const random = new Random('9');
		const before = draw(random.fork('a'), 5);
		draw(random.fork('b'), 3);
		expect(draw(random.fork('a'), 5)).toEqual(before);
	});
});
