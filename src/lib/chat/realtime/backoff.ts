/** "Full jitter": a random part of a limit that doubles, so that many clients that lose the connection at once do not come back at once. */
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
		// At least a tenth of the limit, also when the random number is zero.
		return Math.round(limit * (0.1 + 0.9 * this.#chance.random()));
	}

	reset(): void {
		this.#failures = 0;
	}
}
