import type { ChatEnvironment } from './environment';
import type { ChatError } from './errors';
import { TIMING } from './limits';

export interface ReadMarkerOptions {
	environment: ChatEnvironment;
	/** Up to which seq the reader has read; null if they are not looking, or nothing is new. */
	due: () => number | null;
	mark: (upToSeq: number) => Promise<ChatError | null>;
}

/** Tells the server what was read: soon, but not for each message by itself; never backwards; again if it failed. */
export class ReadMarker {
	readonly #options: ReadMarkerOptions;
	#done = 0;
	#marking = false;
	#cancel: (() => void) | null = null;

	constructor(options: ReadMarkerOptions) {
		this.#options = options;
	}

	/** Something may be there to mark. */
	kick(): void {
		if (this.#cancel || this.#marking || this.#due() === null) return;
		this.#cancel = this.#options.environment.after(TIMING.readDebounce, () => {
			this.#cancel = null;
			void this.now();
		});
	}

	/** Marks without waiting for more. */
	async now(): Promise<void> {
		const upToSeq = this.#due();
		if (this.#marking || upToSeq === null) return;
		this.#marking = true;
		const error = await this.#options.mark(upToSeq);
		this.#marking = false;
		// Not marked: the next catch-up kicks again.
		if (error) return;
		this.#done = Math.max(this.#done, upToSeq);
		this.kick();
	}

	stop(): void {
		this.#cancel?.();
		this.#cancel = null;
	}

	#due(): number | null {
		const due = this.#options.due();
		return due !== null && due > this.#done ? due : null;
	}
}
