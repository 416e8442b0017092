const TICK_MS = 5000;
const MAX_BUCKETS = 12;

/**
 * A rate with the real server's algorithm: events are counted in buckets of 5 seconds, and every 5 seconds the average
 * over at most 12 of them is compared with the limit. Short bursts therefore pass.
 */
export class RateCounter {
	readonly limit: number;
	/** Events per second at the last tick. */
	average = 0;
	#count = 0;
	#buckets: number[] = [];
	readonly #timer: NodeJS.Timeout;

	constructor(limit: number) {
		this.limit = limit;
		this.#timer = setInterval(() => this.#tick(), TICK_MS);
		this.#timer.unref();
	}

	/** True from a tick above the limit until one below it. */
	get exceeded(): boolean {
		return this.average > this.limit;
	}

	add(): void {
		this.#count++;
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	#tick(): void {
		this.#buckets = [this.#count, ...this.#buckets].slice(0, MAX_BUCKETS);
		this.#count = 0;
		const sum = this.#buckets.reduce((total, bucket) => total + bucket, 0);
		this.average = sum / this.#buckets.length / (TICK_MS / 1000);
	}
}
