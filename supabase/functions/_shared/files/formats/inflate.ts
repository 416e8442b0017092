import { byteAt } from '../bytes.ts';
import {
	CODE_LENGTH_ORDER,
	DISTANCE_BASE,
	FIXED_CODES,
	LENGTH_BASE,
	LENGTH_EXTRA,
	makeCodes,
	type Codes,
} from './inflate-codes.ts';
import type { StepCounter } from '../steps.ts';

/** Thrown if data is not a zlib stream, or is longer than allowed. */
export class InflateError extends Error {}

/**
 * Inflates the zlib stream (RFC 1950, 1951) that begins at an offset, and counts each bit. Returns the bytes and the
 * end of the stream (before its checksum). Throws `InflateError` or `TooComplex`.
 *
 * fflate is not used here. It makes tables of 2^15 entries for each block, which takes 29 bytes. 147 kB of such blocks
 * take more than a second and produce no byte, so a limit of the output does not help. DecompressionStream is not used
 * because it needs the end of the stream, and in a PDF the file itself declares that.
 */
export function inflate(
	bytes: Uint8Array,
	start: number,
	maxLength: number,
	steps: StepCounter,
): { content: Uint8Array; end: number } {
	const [method, flags] = [byteAt(bytes, start), byteAt(bytes, start + 1)];
	if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0 || (flags & 32) !== 0)
		throw new InflateError('no zlib stream');
	const inflater = new Inflater(bytes, start + 2, maxLength, steps);
	const content = inflater.run();
	return { content, end: inflater.at };
}

class Inflater {
	#bits = 0;
	#count = 0;
	#out = new Uint8Array(16_384);
	#length = 0;

	constructor(
		readonly bytes: Uint8Array,
		public at: number,
		readonly maxLength: number,
		readonly steps: StepCounter,
	) {}

	run(): Uint8Array {
		let last = 0;
		while (last === 0) {
			this.steps.take(16);
			last = this.#take(1);
			const kind = this.#take(2);
			if (kind === 0) this.#copyStored();
			else if (kind === 1) this.#decode(...FIXED_CODES);
			else if (kind === 2) this.#decode(...this.#readCodes());
			else throw new InflateError('unknown block');
		}
		return this.#out.subarray(0, this.#length);
	}

	#take(count: number): number {
		while (this.#count < count) {
			if (this.at >= this.bytes.length) throw new InflateError('cut off');
			this.#bits |= byteAt(this.bytes, this.at++) << this.#count;
			this.#count += 8;
		}
		const value = this.#bits & ((1 << count) - 1);
		this.#bits >>>= count;
		this.#count -= count;
		return value;
	}

	#symbol({ counts, symbols }: Codes): number {
		let [code, first, index] = [0, 0, 0];
		for (let length = 1; length < 16; length++) {
			code |= this.#take(1);
			const count = counts[length] ?? 0;
			if (code - count < first) {
				this.steps.take(3 * length);
				return symbols[index + code - first] ?? 0;
			}
			index += count;
			first = (first + count) << 1;
			code <<= 1;
		}
		throw new InflateError('unknown code');
	}

	#copyStored(): void {
		this.#bits = 0;
		this.#count = 0;
		const length = this.#take(16);
		if ((this.#take(16) ^ length) !== 0xffff) throw new InflateError('wrong length');
		if (this.at + length > this.bytes.length) throw new InflateError('cut off');
		this.#reserve(length);
		this.#out.set(this.bytes.subarray(this.at, this.at + length), this.#length);
		this.#length += length;
		this.at += length;
	}

	#readCodes(): [Codes, Codes] {
		const literals = this.#take(5) + 257;
		const distances = this.#take(5) + 1;
		const orders = this.#take(4) + 4;
		const codeLengths = new Uint8Array(19);
		for (const position of CODE_LENGTH_ORDER.slice(0, orders))
			codeLengths[position] = this.#take(3);
		const codes = makeCodes(codeLengths);
		const lengths = new Uint8Array(literals + distances);
		for (let at = 0; at < lengths.length;) {
			const symbol = this.#symbol(codes);
			if (symbol < 16) {
				lengths[at++] = symbol;
				continue;
			}
			if (symbol === 16 && at === 0) throw new InflateError('nothing to repeat');
			const value = symbol === 16 ? byteAt(lengths, at - 1) : 0;
			const times =
				symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
			lengths.fill(value, at, at + times);
			at += times;
		}
		this.steps.take(4 * lengths.length + 256);
		return [makeCodes(lengths.subarray(0, literals)), makeCodes(lengths.subarray(literals))];
	}

	#decode(literals: Codes, distances: Codes): void {
		for (;;) {
			const symbol = this.#symbol(literals);
			if (symbol === 256) return;
			if (symbol < 256) {
				this.#reserve(1);
				this.#out[this.#length++] = symbol;
				continue;
			}
			const kind = symbol - 257;
			const length = (LENGTH_BASE[kind] ?? 0) + this.#take(LENGTH_EXTRA[kind] ?? 0);
			const far = this.#symbol(distances);
			const extra = far < 2 ? 0 : (far >> 1) - 1;
			const distance = (DISTANCE_BASE[far] ?? 0) + this.#take(extra);
			if (length === 0 || distance === 0 || distance > this.#length)
				throw new InflateError('wrong distance');
			this.#reserve(length);
			for (let i = 0; i < length; i++, this.#length++)
				this.#out[this.#length] = byteAt(this.#out, this.#length - distance);
		}
	}

	#reserve(length: number): void {
		const needed = this.#length + length;
		this.steps.take(length);
		if (needed > this.maxLength) throw new InflateError('too long');
		if (needed <= this.#out.length) return;
		const grown = new Uint8Array(Math.max(needed, this.#out.length * 2));
		grown.set(this.#out.subarray(0, this.#length));
		this.#out = grown;
	}
}
