import type { TokenPair } from './session-cookie';

/**
 * A refresh token can be spent once: for so long its result is there for requests that were sent with the same one, also
 * those that a slow network brings late. Its successor is good for longer than that.
 */
const KEPT_MS = 60_000;
/** More sessions than this are hardly renewed within a minute. */
const MOST = 1_000;

/** Renews each session once, however many requests of one browser (or with one made-up cookie) need it at the same time. */
export class Refreshes {
	readonly #results = new Map<string, Promise<TokenPair | null>>();

	/** `refresh` is called if nobody asked with this token lately. What it throws is not kept. */
	run(token: string, refresh: () => Promise<TokenPair | null>): Promise<TokenPair | null> {
		const known = this.#results.get(token);
		if (known) return known;
		if (this.#results.size >= MOST) this.#forgetOldest();
		const result = refresh();
		this.#results.set(token, result);
		const forget = (): void => {
			if (this.#results.get(token) === result) this.#results.delete(token);
		};
		result.then(() => setTimeout(forget, KEPT_MS).unref(), forget);
		return result;
	}

	#forgetOldest(): void {
		for (const token of this.#results.keys()) {
			this.#results.delete(token);
			return;
		}
	}
}
