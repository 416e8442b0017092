const REFETCH_MS = 30_000;
const SHAPE = /^[0-9a-f]{64}$/;

/**
 * Checks the secret with which the database starts a run. It has only the SHA-256 of the secret, and fetches it again
 * if it is older than 30 seconds. A secret that was changed because it leaked is therefore soon rejected, and wrong
 * guesses cause no work.
 */
export class SecretCheck {
	#expected: Uint8Array | null = null;
	#fetchedAt = Number.NEGATIVE_INFINITY;

	/** `fetchDigest` returns the SHA-256 in hex, or null while there is no secret. */
	constructor(
		readonly fetchDigest: () => Promise<string | null>,
		readonly now: () => number = Date.now,
	) {}

	/** Throws if the digest cannot be fetched. */
	async accepts(candidate: unknown): Promise<boolean> {
		if (typeof candidate !== 'string' || !SHAPE.test(candidate)) return false;
		const given = new Uint8Array(
			await crypto.subtle.digest('SHA-256', new TextEncoder().encode(candidate)),
		);
		if (this.now() - this.#fetchedAt >= REFETCH_MS) {
			const digest = await this.fetchDigest();
			this.#fetchedAt = this.now();
			this.#expected = digest === null ? null : fromHex(digest);
		}
		return this.#expected !== null && equalInConstantTime(given, this.#expected);
	}
}

function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	let difference = 0;
	for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
	return difference === 0;
}

function fromHex(hex: string): Uint8Array {
	return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
