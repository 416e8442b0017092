/** A kind of file of growing size; the cost of its check must not grow faster than the file. */
export interface GrowingFile {
	what: string;
	type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'application/pdf';
	/** A file of `n` parts. */
	make: (n: number) => Uint8Array;
}

/** The same bytes, `n` times. */
export function repeat(part: Uint8Array, n: number): Uint8Array {
	const all = new Uint8Array(part.length * n);
	for (let i = 0; i < n; i++) all.set(part, i * part.length);
	return all;
}
