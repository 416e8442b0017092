/** Tables of RFC 1951, 3.2.5. */
export const LENGTH_BASE = [
	3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
	163, 195, 227, 258,
];
export const LENGTH_EXTRA = [
	0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
export const DISTANCE_BASE = [
	1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
	3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
export const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The number of codes of each length, and the symbols in the order of their codes. */
export interface Codes {
	counts: Uint16Array;
	symbols: Uint16Array;
}

/** Canonical Huffman codes from the length of each symbol's code; 0 means no code. RFC 1951, 3.2.2 */
export function makeCodes(lengths: Uint8Array): Codes {
	const counts = new Uint16Array(16);
	for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1;
	const next = new Uint16Array(16);
	for (let length = 1; length < 16; length++)
		next[length] = (next[length - 1] ?? 0) + (counts[length - 1] ?? 0);
	const symbols = new Uint16Array(lengths.length);
	for (let symbol = 0; symbol < lengths.length; symbol++) {
		const length = lengths[symbol] ?? 0;
		if (length === 0) continue;
		const place = next[length] ?? 0;
		symbols[place] = symbol;
		next[length] = place + 1;
	}
	return { counts, symbols };
}

const fixedLength = (symbol: number): number =>
	symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;

/** The fixed codes, for blocks without their own: those of lengths and literals, and those of distances. */
export const FIXED_CODES: [Codes, Codes] = [
	makeCodes(Uint8Array.from({ length: 288 }, (_, symbol) => fixedLength(symbol))),
	makeCodes(new Uint8Array(30).fill(5)),
];
