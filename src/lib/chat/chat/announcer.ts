import { attempt, type ChatEnvironment } from '../environment';

/** After this time other tabs see what one tab wrote to the browser's storage, milliseconds. */
const STORAGE_SETTLES = 300;

/**
 * Makes exactly one of a user's tabs play the sound for a message. It stores the seq of announced messages; a
 * lock serialises the tabs.
 */
export class Announcer {
	/** Without storage each tab remembers for itself. */
	readonly #announced = new Map<string, number>();

	readonly #environment: ChatEnvironment;
	readonly #prefix: string;

	constructor(environment: ChatEnvironment, prefix: string) {
		this.#environment = environment;
		this.#prefix = prefix;
	}

	/** Messages present when a chat opens are not new. */
	skipTo(chatId: string, seq: number): void {
		if (seq > this.#announcedTo(chatId)) this.#remember(chatId, seq);
	}

	/**
	 * Calls `play` with those of `messages` that no tab has announced. If it returns false (no sound allowed
	 * here), they stay unannounced, for another tab.
	 */
	async announce<T extends { seq: number }>(
		chatId: string,
		messages: readonly T[],
		play: (messages: T[]) => boolean | void | Promise<boolean | void>,
	): Promise<void> {
		const act = async (): Promise<boolean> => {
			const fresh = messages.filter((message) => message.seq > this.#announcedTo(chatId));
			if (fresh.length === 0 || (await play(fresh)) === false) return false;
			this.#remember(chatId, Math.max(...fresh.map((message) => message.seq)));
			return true;
		};
		try {
			await this.#oneTabAtATime(chatId, act);
		} catch {
			// The page's own callback failed, or locks are denied: a missed sound must not break anything.
		}
	}

	/** Resolves with `act`. The next tab gets the lock later, when it can see what was stored. */
	#oneTabAtATime(chatId: string, act: () => Promise<boolean>): Promise<unknown> {
		const { locks } = this.#environment;
		if (!locks) return act();
		return new Promise((resolve, reject) => {
			const turn = async (): Promise<void> => {
				const announced = await act();
				resolve(announced);
				if (announced) await this.#untilOtherTabsSee();
			};
			locks.request(`${this.#prefix}announce:${chatId}`, turn).catch(reject);
		});
	}

	/** A write to storage reaches the other tabs' processes a little later than the lock does. */
	#untilOtherTabsSee(): Promise<void> {
		return new Promise((resolve) => this.#environment.after(STORAGE_SETTLES, resolve));
	}

	#key(chatId: string): string {
		return `${this.#prefix}heard:${chatId}`;
	}

	#announcedTo(chatId: string): number {
		const stored = attempt(() => this.#environment.storage?.getItem(this.#key(chatId)));
		return Math.max(Number(stored) || 0, this.#announced.get(chatId) ?? 0);
	}

	#remember(chatId: string, seq: number): void {
		this.#announced.set(chatId, seq);
		attempt(() => this.#environment.storage?.setItem(this.#key(chatId), String(seq)));
	}
}
