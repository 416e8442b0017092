/** Time that only a test moves. */
export class FakeTime {
	/** Milliseconds since 1970. */
	now = Date.parse('2026-11-21T09:00:00Z');
	readonly #timers = new Map<number, { at: number; callback: () => void }>();
	#next = 0;

	after(ms: number, callback: () => void): () => void {
		const id = ++this.#next;
		this.#timers.set(id, { at: this.now + Math.max(0, ms), callback });
		return () => void this.#timers.delete(id);
	}

	/** Moves on by `ms`, calling what falls due on the way, in order. */
	async advance(ms: number): Promise<void> {
		const end = this.now + ms;
		await settle();
		for (;;) {
			let due: [number, { at: number; callback: () => void }] | undefined;
			for (const entry of this.#timers)
				if (entry[1].at <= end && (!due || entry[1].at < due[1].at)) due = entry;
			if (!due) break;
			this.#timers.delete(due[0]);
			this.now = Math.max(this.now, due[1].at);
			due[1].callback();
			await settle();
		}
		this.now = end;
	}
}

/** Lets promises that are ready run to their end. */
export function settle(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
