import { Backoff } from '../realtime/backoff';
import type { ChatEnvironment } from '../environment';
import type { ChatError } from '../errors';
import * as TIMING from '../realtime/timing';

/** Runs a catch-up whenever asked, and by itself now and then: one at a time, with jitter, slower while it fails. */
export class Poller {
	/** Failures in a row. */
	failures = 0;
	readonly #environment: ChatEnvironment;
	readonly #run: () => Promise<ChatError | null>;
	readonly #interval: () => number | null;
	readonly #onIdle: (() => void) | undefined;
	readonly #backoff: Backoff;
	#running: Promise<void> | null = null;
	#asked = 0;
	#stopped = false;
	#cancel = (): void => {};

	constructor(
		environment: ChatEnvironment,
		/** Brings what is here up to date. */
		run: () => Promise<ChatError | null>,
		/** Milliseconds until the next run by itself; null for never (until `request`). */
		interval: () => number | null,
		/** A run is over, and none follows at once. */
		onIdle?: () => void,
	) {
		this.#environment = environment;
		this.#run = run;
		this.#interval = interval;
		this.#onIdle = onIdle;
		this.#backoff = new Backoff(environment, TIMING.pollOpen, TIMING.pollHidden);
	}

	get running(): boolean {
		return this.#running !== null;
	}

	/** Runs now, or once more right after the run under way (which may have looked too early). */
	request(): Promise<void> {
		if (this.#stopped) return Promise.resolve();
		this.#asked++;
		this.#running ??= this.#loop();
		return this.#running;
	}

	/** The interval may have changed: the page was hidden, the connection lost or found. */
	reschedule(): void {
		if (!this.#running && this.failures === 0) this.#schedule(null);
	}

	stop(): void {
		this.#stopped = true;
		this.#cancel();
	}

	async #loop(): Promise<void> {
		this.#cancel();
		let error: ChatError | null;
		let asked: number;
		do {
			asked = this.#asked;
			error = await this.#run();
			// A failed run is not repeated at once.
		} while (error === null && this.#asked !== asked && !this.#stopped);
		this.#running = null;
		this.#onIdle?.();
		if (error === null) {
			this.failures = 0;
			this.#backoff.reset();
		} else this.failures++;
		this.#schedule(error ? Math.max(this.#backoff.next(), error.retryAfter ?? 0) : null);
	}

	/** `wait` after a failure, which is not worth a whole interval; else the interval. */
	#schedule(wait: number | null): void {
		this.#cancel();
		const interval = this.#interval();
		if (this.#stopped || interval === null) return;
		const jitter = interval * (0.8 + 0.4 * this.#environment.random());
		const isHidden = !this.#environment.isVisible();
		const ms = wait === null ? jitter : isHidden ? Math.max(wait, jitter) : wait;
		this.#cancel = this.#environment.after(ms, () => void this.request());
	}
}
