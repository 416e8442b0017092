import type { TokenPair } from './session-cookie';

/**
 * A refresh token can be used once. Its result is kept this long for other requests with the same token, also for those
 * that a slow network delays. Its successor is valid for longer than that.
 */
const KEPT_MS = 60_000;
/** It is unlikely that more sessions than this are renewed within a minute. */
const MOST = 1_000;

/**
 * Renews each session once, however many requests of one browser (or with one forged cookie) need it at the same time.
 */
export class Refreshes {
	readonly #results = new Map<string, Promise<TokenPair | null>>();

	/** `refresh` is called unless there is a recent result for this token. Its errors are not kept. */
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
