/** "Full jitter": a random part of a limit that doubles, so that a thousand clients cut off at once come back spread. */
export class Backoff {
	#failures = 0;

	constructor(
		private readonly chance: { random(): number },
		private readonly first: number,
		private readonly most: number,
	) {}

	get failures(): number {
		return this.#failures;
	}

	/** Milliseconds to wait after one more failure. */
	next(): number {
		const limit = Math.min(this.most, this.first * 2 ** this.#failures++);
		// Never all at once, not even for who draws a zero.
		return Math.round(limit * (0.1 + 0.9 * this.chance.random()));
	}

	reset(): void {
		this.#failures = 0;
	}
}
