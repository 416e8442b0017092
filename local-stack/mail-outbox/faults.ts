import type { Fault } from './types';

/** The faults for the next requests, in order. */
export class Faults {
	#waiting: Fault[] = [];

	add(faults: Fault[]): void {
		this.#waiting.push(...faults.map((fault) => ({ ...fault })));
	}

	clear(): void {
		this.#waiting = [];
	}

	/** Removes and returns the first fault that matches a request with this body, if there is one. */
	take(body: string): Fault | undefined {
		const index = this.#waiting.findIndex(({ to }) => to === undefined || body.includes(to));
		const fault = this.#waiting[index];
		if (!fault) return undefined;
		fault.times -= 1;
		if (fault.times === 0) this.#waiting.splice(index, 1);
		return fault;
	}
}
