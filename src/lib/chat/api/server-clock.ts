/** How long a renewed token of unknown issue is taken to live, milliseconds. */
const TRIED_BEFORE_EXPIRY = 60_000;

/**
 * The server's clock, estimated here, so that a wrong local clock (a day off, stepped, another century) never
 * shows "in the future" and never makes an expired token look fresh.
 */
export class ServerClock {
	/** Server time minus local time, milliseconds; null until known. */
	#offset: number | null = null;
	readonly #localNow: () => number;

	constructor(localNow: () => number) {
		this.#localNow = localNow;
	}

	/** The server's time was observed. */
	get isKnown(): boolean {
		return this.#offset !== null;
	}

	/** Milliseconds since 1970 by the server's clock, as well as it is known. */
	now(): number {
		return this.#localNow() + (this.#offset ?? 0);
	}

	/**
	 * Uses the time of an HTTP response: `date` is its Date header (whole seconds), `sentAt` the local time of
	 * the request. The response was made in between, so the middle is the best estimate; small corrections are
	 * noise.
	 */
	observe(date: string | null, sentAt: number): void {
		const server = date === null ? NaN : Date.parse(date);
		if (Number.isNaN(server)) return;
		this.observeTime(server + 500 + (this.#localNow() - sentAt) / 2);
	}

	/** The server's time, read from a response; small corrections are noise. */
	observeTime(server: number): void {
		const offset = server - this.#localNow();
		if (this.#offset === null || Math.abs(offset - this.#offset) > 2_000) this.#offset = offset;
	}

	/**
	 * A token that was renewed just now cannot be expired. If it seems so, this clock is wrong: it takes the time of issue,
	 * or without one (`issuedAt` 0) a time at which the token is tried, and the next response has the exact time.
	 */
	observeRenewed(issuedAt: number, expiresAt: number): void {
		if (expiresAt > this.now()) return;
		this.#offset = (issuedAt || expiresAt - TRIED_BEFORE_EXPIRY) - this.#localNow();
	}

	/** A time that the database made is never ahead of the server's clock: a sure lower bound. */
	observeStored(time: string): void {
		const stored = Date.parse(time);
		if (!Number.isNaN(stored) && stored > this.now()) this.#offset = stored - this.#localNow();
	}
}
