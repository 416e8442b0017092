import { seededRandom } from '../../supabase/functions/_shared/files/testing/random';

/** Random numbers from a seed: the same seed makes the same attacks. */
export class Random {
	/** A number from 0 to below 1. */
	readonly next: () => number;

	constructor(readonly seed: string) {
		this.next = seededRandom(hash(seed));
	}

	/** A whole number from `least` to `most`, both included. */
	integer(least: number, most: number): number {
		return least + Math.floor(this.next() * (most - least + 1));
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	pick<T>(list: readonly T[]): T {
		if (list.length === 0) throw new Error('There is nothing to pick from.');
		return list[this.integer(0, list.length - 1)]!;
	}

	/** Picks `count` different elements, or all if there are fewer. */
	sample<T>(list: readonly T[], count: number): T[] {
		const rest = [...list];
		const chosen: T[] = [];
		while (chosen.length < count && rest.length > 0)
			chosen.push(...rest.splice(this.integer(0, rest.length - 1), 1));
		return chosen;
	}

	/** An independent sequence: draws of one part do not change those of another. */
	fork(name: string): Random {
		return new Random(`${this.seed}/${name}`);
	}
}

/** FNV-1a. */
function hash(text: string): number {
	let value = 0x811c9dc5;
	for (const char of Buffer.from(text)) value = Math.imul(value ^ char, 0x01000193);
	return value;
}
