/** "Full jitter": a random part of a limit that doubles, so that a thousand clients cut off at once come back spread. */
export class Backoff {
	#failures = 0;

	readonly #chance: { random(): number };
	readonly #first: number;
	readonly #most: number;

	/** `first` and `most`: the limits of the first wait and of every wait, milliseconds. */
	constructor(chance: { random(): number }, first: number, most: number) {
		this.#chance = chance;
		this.#first = first;
		this.#most = most;
	}

	get failures(): number {
		return this.#failures;
	}

	/** Milliseconds to wait after one more failure. */
	next(): number {
		const limit = Math.min(this.#most, this.#first * 2 ** this.#failures++);
		// Never all at once, not even for who draws a zero.
		return Math.round(limit * (0.1 + 0.9 * this.#chance.random()));
	}

	reset(): void {
		this.#failures = 0;
	}
}
