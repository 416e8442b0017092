/** Counts one channel's presence calls in windows that begin with the first call. */
export class PresenceLimit {
	#calls = 0;
	#resetAt = -Infinity;
	readonly #maxCalls: number;
	readonly #windowMs: number;

	constructor(maxCalls: number, windowMs: number) {
		this.#maxCalls = maxCalls;
		this.#windowMs = windowMs;
	}

	/** Counts a call. False if the limit is exceeded. */
	take(now = performance.now()): boolean {
		if (now > this.#resetAt) {
			this.#calls = 0;
			this.#resetAt = now + this.#windowMs;
		}
		if (this.#calls >= this.#maxCalls) return false;
		this.#calls++;
		return true;
	}
}
