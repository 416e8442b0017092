/** The steps that stop started parts, run in reverse order. */
export class Cleanup {
	readonly #steps: (() => Promise<unknown> | void)[] = [];
	#running: Promise<void> | undefined;

	add(step: () => Promise<unknown> | void): void {
		this.#steps.push(step);
	}

	/**
	 * Runs every step, also after a failed one, and throws the errors at the end. A second call waits for the first.
	 */
	run(): Promise<void> {
		this.#running ??= this.#runAll();
		return this.#running;
	}

	async #runAll(): Promise<void> {
		const errors: unknown[] = [];
		for (const step of this.#steps.reverse()) {
			try {
				await step();
			} catch (error) {
				errors.push(error);
			}
		}
		if (errors.length > 0)
			throw new AggregateError(errors, 'Parts of the local stack did not stop.');
	}
}
