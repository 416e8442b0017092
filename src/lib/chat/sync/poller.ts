import { Backoff } from '../realtime/backoff';
import type { ChatEnvironment } from '../environment';
import type { ChatError } from '../errors';
import * as TIMING from '../realtime/timing';
import { SerialRunner } from './serial-runner';

/** Runs a catch-up on request, and periodically: one at a time, with jitter, slower while it fails. */
export class Poller {
	/** Failures in a row. */
	failures = 0;
	readonly #environment: ChatEnvironment;
	readonly #interval: () => number | null;
	readonly #backoff: Backoff;
	readonly #runner: SerialRunner;
	/** How the last run ended. */
	#error: ChatError | null = null;
	#stopped = false;
	#cancel = (): void => {};

	constructor(
		environment: ChatEnvironment,
		/** Loads what is missing here. */
		run: () => Promise<ChatError | null>,
		/** Milliseconds until the next run by itself; null for never (until `request`). */
		interval: () => number | null,
		/** A run is over, and none follows at once. */
		onIdle?: () => void,
	) {
		this.#environment = environment;
		this.#interval = interval;
		this.#backoff = new Backoff(environment, TIMING.pollOpen, TIMING.pollHidden);
		this.#runner = new SerialRunner({
			run: async () => {
				this.#cancel();
				this.#error = await run();
				// A failed run is not repeated at once.
				return this.#error === null && !this.#stopped;
			},
			onIdle: () => {
				onIdle?.();
				this.#scheduleNext();
			},
		});
	}

	get running(): boolean {
		return this.#runner.isRunning;
	}

	/** Runs now, or once more right after the run under way (which may have looked too early). */
	request(): Promise<void> {
		if (this.#stopped) return Promise.resolve();
		return this.#runner.request();
	}

	/** The interval may have changed: the page was hidden, the connection lost or found. */
	reschedule(): void {
		if (!this.running && this.failures === 0) this.#schedule(null);
	}

	stop(): void {
		this.#stopped = true;
		this.#cancel();
	}

	#scheduleNext(): void {
		const error = this.#error;
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
