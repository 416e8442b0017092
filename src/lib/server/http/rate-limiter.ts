import { isIPv4, isIPv6 } from 'node:net';

interface Window {
	count: number;
	endsAt: number;
}

/**
 * Counts attempts by key in the memory of this process: a restart resets them, and several processes count separately.
 * It keeps at most `maxKeys` keys; if all are in use, the oldest is removed.
 */
export class RateLimiter {
	readonly #windows = new Map<string, Window>();

	constructor(
		readonly most: number,
		readonly windowMs: number,
		readonly maxKeys = 10_000,
		readonly now: () => number = Date.now,
	) {}

	/** Milliseconds until the key may try again; 0 if it may now. Does not count. */
	waitFor(key: string): number {
		const window = this.#windows.get(key);
		if (!window || window.endsAt <= this.now() || window.count < this.most) return 0;
		return window.endsAt - this.now();
	}

	/** Counts one attempt. */
	count(key: string): void {
		const now = this.now();
		const window = this.#windows.get(key);
		if (window && window.endsAt > now) {
			window.count += 1;
			return;
		}
		this.#windows.delete(key);
		if (this.#windows.size >= this.maxKeys) this.#makeRoom(now);
		this.#windows.set(key, { count: 1, endsAt: now + this.windowMs });
	}

	/** Removes one attempt from the count, because it was legitimate. */
	giveBack(key: string): void {
		const window = this.#windows.get(key);
		if (window && window.count > 0) window.count -= 1;
	}

	get size(): number {
		return this.#windows.size;
	}

	#makeRoom(now: number): void {
		// In the order in which they began, and therefore expire.
		for (const [key, { endsAt }] of this.#windows) {
			if (endsAt > now && this.#windows.size < this.maxKeys) return;
			this.#windows.delete(key);
		}
	}
}

/**
 * The key that counts an address: a whole IPv4 address, or the first 64 bits of an IPv6 address, since one household or
 * server has all addresses with them.
 */
export function addressKey(address: string): string {
	const plain = (address.split('%')[0] ?? '').toLowerCase();
	const mapped = /^::ffff:([\d.]+)$/.exec(plain)?.[1];
	if (mapped && isIPv4(mapped)) return mapped;
	if (!isIPv6(plain)) return plain.slice(0, 64);
	const [head = '', tail] = plain.split('::');
	const first = head === '' ? [] : head.split(':');
	const last = tail === undefined || tail === '' ? [] : tail.split(':');
	const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
	const groups = tail === undefined ? first : [...first, ...zeros, ...last];
	return `${groups
		.slice(0, 4)
		.map((group) => group.replace(/^0+(?=.)/, ''))
		.join(':')}::/64`;
}
