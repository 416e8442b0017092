/** Writes bits in the order of RFC 1951: numbers from the lowest bit, codes from the highest. */
class BitWriter {
	readonly bytes: number[] = [];
	#current = 0;
	#count = 0;

	number(value: number, length: number): this {
		for (let i = 0; i < length; i++) this.#bit((value >> i) & 1);
		return this;
	}

	code(value: number, length: number): this {
		for (let i = length - 1; i >= 0; i--) this.#bit((value >> i) & 1);
		return this;
	}

	#bit(bit: number): void {
		this.#current |= bit << this.#count;
		this.#count += 1;
		if (this.#count < 8) return;
		this.bytes.push(this.#current);
		[this.#current, this.#count] = [0, 0];
	}
}

const ZLIB_HEADER = [0x78, 0x9c];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A zlib stream of `n` empty blocks with codes of 15 bits, the most work that 29 bytes can cause. */
export function emptyBlocksWithLongCodes(n: number): Uint8Array {
	const bits = new BitWriter();
	for (let i = 0; i < n; i++) writeBlock(bits);
	bits.number(1, 1).number(1, 2).code(0, 7).number(0, 7);
	return Uint8Array.from([...ZLIB_HEADER, ...bits.bytes]);
}

/** A zlib stream of `n` empty stored blocks, 5 bytes each. */
export function emptyStoredBlocks(n: number): Uint8Array {
	const stored = new Uint8Array(2 + 5 * n + 5);
	stored.set(ZLIB_HEADER);
	for (let at = 2; at < stored.length; at += 5) stored.set([0, 0, 0, 0xff, 0xff], at);
	stored[stored.length - 5] = 1;
	return stored;
}

/** 13 lengths have codes of 4 bits, 6 have 5. */
const lengthOfCode = (symbol: number): number => (symbol < 13 ? 4 : 5);

function writeBlock(bits: BitWriter): void {
	bits.number(0, 1).number(2, 2).number(0, 5).number(15, 5).number(15, 4);
	for (const symbol of ORDER) bits.number(lengthOfCode(symbol), 3);
	const symbol = (length: number): BitWriter =>
		length < 13 ? bits.code(length, 4) : bits.code(26 + length - 13, 5);
	// Literals 0 to 14 have codes of 2 to 15 bits, the end has one bit, the rest has none.
	for (let literal = 0; literal < 15; literal++) symbol(Math.min(literal + 2, 15));
	for (const zeros of [138, 103]) symbol(18).number(zeros - 11, 7);
	symbol(1);
	for (let distance = 0; distance < 16; distance++) symbol(Math.min(distance + 1, 15));
	bits.code(0, 1);
}
