import { attempt, type StorageLike } from '../environment';

/**
 * One person's unsent text in the browser's storage, under keys that begin with `prefix`. If storage is blocked
 * or full it stays in memory, and `isVolatile` is true. Never throws.
 */
export class UserStorage {
	readonly prefix: string;
	readonly #storage: StorageLike | null;
	/** Values that could not be stored. */
	readonly #memory = new Map<string, string>();
	readonly #onChange: () => void;
	#isForgotten = false;

	/** `onChange`: `isVolatile` may have changed. */
	constructor(storage: StorageLike | null, prefix: string, onChange = (): void => {}) {
		this.#storage = storage;
		this.prefix = prefix;
		this.#onChange = onChange;
	}

	/** The person signed out: nothing is kept any more. */
	get isForgotten(): boolean {
		return this.#isForgotten;
	}

	/** Something would be lost if the page was closed now. */
	get isVolatile(): boolean {
		return this.#memory.size > 0;
	}

	/** The keys that begin with `start`, without the prefix. */
	keys(start: string): string[] {
		const begin = this.prefix + start;
		const all = new Set([...keysOf(this.#storage), ...this.#memory.keys()]);
		return [...all]
			.filter((key) => key.startsWith(begin))
			.map((key) => key.slice(this.prefix.length));
	}

	get(key: string): string | null {
		const full = this.prefix + key;
		return this.#memory.get(full) ?? attempt(() => this.#storage?.getItem(full)) ?? null;
	}

	/** The parsed JSON under a key; undefined where there is none. */
	read(key: string): unknown {
		return attempt((): unknown => JSON.parse(this.get(key) ?? '')) ?? undefined;
	}

	set(key: string, value: string): void {
		if (this.#isForgotten) return;
		const full = this.prefix + key;
		const stored = attempt(() => {
			this.#storage?.setItem(full, value);
			return this.#storage !== null;
		});
		if (stored) this.#memory.delete(full);
		else this.#memory.set(full, value);
		this.#onChange();
	}

	delete(key: string): void {
		const full = this.prefix + key;
		this.#memory.delete(full);
		attempt(() => this.#storage?.removeItem(full));
		this.#onChange();
	}

	/** Removes everything of this person, for good: nothing is kept here any more. */
	forget(): void {
		this.#isForgotten = true;
		for (const key of this.keys('')) this.delete(key);
	}
}

export function keysOf(storage: StorageLike | null): string[] {
	const keys = attempt(() =>
		Array.from({ length: storage?.length ?? 0 }, (_, i) => storage?.key(i)),
	);
	return (keys ?? []).filter((key) => typeof key === 'string');
}
