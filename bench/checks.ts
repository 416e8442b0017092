/** What a run must show whatever the machine: counts and ratios. Each is printed; one that fails fails the run. */
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
