import type { ChatEnvironment } from './environment';
import { TIMING } from './limits';

/** `auto`: live while the log is open or an answer is awaited. `on`, `off`: always, never. */
export type Activity = 'auto' | 'on' | 'off';

/**
 * Whether a chat is worth a Realtime connection at the moment. A project has only some hundreds of them, so a page view
 * must not cost one.
 */
export class ActivityPolicy {
	/** The log is in front of the reader (if the page is visible). */
	open = false;
	awaitingAnswer = false;
	mode: Activity = 'auto';
	#hiddenTooLong = false;
	readonly #unlisten: (() => void)[];
	#cancelRelease = (): void => {};
	#cancelAwait = (): void => {};

	constructor(
		private readonly environment: ChatEnvironment,
		/** It may be active now, or not any more. */
		private readonly onChange: () => void,
	) {
		this.#unlisten = [
			environment.on('hidden', () => this.#hidden()),
			environment.on('visible', () => this.#visible()),
			environment.on('restored', () => this.#visible()),
		];
	}

	get active(): boolean {
		if (this.mode !== 'auto') return this.mode === 'on';
		return this.awaitingAnswer || (this.open && !this.#hiddenTooLong);
	}

	/** Somebody reads what is shown. */
	get reading(): boolean {
		return this.open && this.environment.isVisible();
	}

	/** An answer is expected for `ms` more. */
	await(ms: number): void {
		if (ms <= 0) return;
		this.#cancelAwait();
		this.awaitingAnswer = true;
		this.#cancelAwait = this.environment.after(ms, () => {
			this.awaitingAnswer = false;
			this.onChange();
		});
		this.onChange();
	}

	set(change: { open?: boolean; mode?: Activity }): void {
		this.open = change.open ?? this.open;
		this.mode = change.mode ?? this.mode;
		this.#hiddenTooLong = false;
		this.onChange();
	}

	stop(): void {
		for (const off of this.#unlisten) off();
		this.#cancelRelease();
		this.#cancelAwait();
	}

	#hidden(): void {
		this.#cancelRelease();
		this.#cancelRelease = this.environment.after(TIMING.hiddenRelease, () => {
			this.#hiddenTooLong = true;
			this.onChange();
		});
		this.onChange();
	}

	#visible(): void {
		this.#cancelRelease();
		this.#hiddenTooLong = false;
		this.onChange();
	}
}
