/** Started parts, which are stopped in reverse order. */
export class Closers {
	readonly #steps: (() => Promise<unknown> | void)[] = [];
	#closing: Promise<void> | undefined;

	add(step: () => Promise<unknown> | void): void {
		this.#steps.push(step);
	}

	/**
	 * Runs every step, also after a failed one, and throws the errors at the end. A second call waits for the first.
	 */
	close(): Promise<void> {
		this.#closing ??= this.#run();
		return this.#closing;
	}

	async #run(): Promise<void> {
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
