/** Thrown if checking a file takes more work than any valid file does. */
export class TooComplex extends Error {}

/** The largest cost of a check: well below the 2 s of CPU time of an Edge Function. One step takes 1 to 4 ns. */
const MOST_STEPS = 400_000_000;

/**
 * Counts the work of one check, so that its limit is the same on every machine. One step is about the work of reading
 * one byte; larger units of work count as several.
 */
export class StepCounter {
	taken = 0;

	constructor(readonly limit = Number.POSITIVE_INFINITY) {}

	/**
	 * A counter whose limit grows with the file: no valid file needs 16 steps per byte, and a small file may inflate to
	 * more.
	 */
	static forFile(length: number): StepCounter {
		return new StepCounter(Math.min(MOST_STEPS, 50_000_000 + 16 * length));
	}

	/** Counts steps; throws `TooComplex` beyond the limit. */
	take(steps: number): void {
		this.taken += steps;
		if (this.taken > this.limit) throw new TooComplex('too many steps');
	}
}
