import type { ChatEnvironment } from '../environment';

/** A hidden page with an open panel releases its connection after this, unless a reply is awaited. */
const HIDDEN_RELEASE = 5 * 60_000;

/**
 * Whether a chat is worth a Realtime connection at the moment. A project has only some hundreds of them, so a page view
 * must not cost one.
 */
export class ActivityPolicy {
	/** The log is shown, if the page is visible. */
	open = false;
	awaitingAnswer = false;
	/** An agent's chat always is. */
	always = false;
	#hiddenTooLong = false;
	readonly #environment: ChatEnvironment;
	readonly #onChange: () => void;
	readonly #unlisten: (() => void)[];
	#cancelRelease = (): void => {};
	#cancelAwait = (): void => {};

	/** `onChange`: it may be active now, or not any more. */
	constructor(environment: ChatEnvironment, onChange: () => void) {
		this.#environment = environment;
		this.#onChange = onChange;
		this.#unlisten = [
			environment.on('hidden', () => this.#updateVisibility()),
			environment.on('wake', () => this.#updateVisibility()),
		];
	}

	get active(): boolean {
		return this.always || this.awaitingAnswer || (this.open && !this.#hiddenTooLong);
	}

	/** The reader sees the chat. */
	get reading(): boolean {
		return this.open && this.#environment.isVisible();
	}

	/** A reply is expected for `ms` more. */
	await(ms: number): void {
		if (ms <= 0) return;
		this.#cancelAwait();
		this.awaitingAnswer = true;
		this.#cancelAwait = this.#environment.after(ms, () => {
			this.awaitingAnswer = false;
			this.#onChange();
		});
		this.#onChange();
	}

	set(open: boolean): void {
		this.open = open;
		this.#updateVisibility();
	}

	stop(): void {
		for (const off of this.#unlisten) off();
		this.#cancelRelease();
		this.#cancelAwait();
	}

	#updateVisibility(): void {
		this.#cancelRelease();
		this.#hiddenTooLong = false;
		if (!this.#environment.isVisible())
			this.#cancelRelease = this.#environment.after(HIDDEN_RELEASE, () => {
				this.#hiddenTooLong = true;
				this.#onChange();
			});
		this.#onChange();
	}
}
