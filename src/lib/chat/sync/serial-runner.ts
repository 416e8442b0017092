export interface SerialRunnerOptions {
	/** The work. If it resolves to false, a request made meanwhile is dropped. */
	run: () => Promise<boolean>;
	/** A run is over, and none follows at once. */
	onIdle?: () => void;
}

/** Runs one piece of work at a time: requests made during a run cause one more run right after it. */
export class SerialRunner {
	readonly #options: SerialRunnerOptions;
	#isRunning = false;
	/** How often a run was requested. */
	#requests = 0;
	#finished: Promise<void> = Promise.resolve();

	constructor(options: SerialRunnerOptions) {
		this.#options = options;
	}

	get isRunning(): boolean {
		return this.#isRunning;
	}

	/** Runs now, or once more after the current run. Resolves when nothing is left to run; rejects as `run` does. */
	request(): Promise<void> {
		this.#requests++;
		if (!this.#isRunning) this.#finished = this.#runAll();
		return this.#finished;
	}

	async #runAll(): Promise<void> {
		this.#isRunning = true;
		try {
			let answered: number;
			do answered = this.#requests;
			while ((await this.#options.run()) && this.#requests !== answered);
		} finally {
			this.#isRunning = false;
		}
		this.#options.onIdle?.();
	}
}
