/** Results that must hold on any machine: counts and ratios. Each is printed; a failed one fails the run. */
export class Checks {
	#failed = 0;

	get passed(): boolean {
		return this.#failed === 0;
	}

	check(holds: boolean, words: string): void {
		if (!holds) this.#failed += 1;
		console.log(`${holds ? '✓' : '✗'} ${words}`);
	}
}
