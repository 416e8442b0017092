import type { StepCounter } from './steps.ts';

/** The byte at an offset; 0 beyond the end, so callers check lengths first. */
export function byteAt(bytes: Uint8Array, offset: number): number {
	return bytes[offset] ?? 0;
}

/** A number of 2, 3 or 4 bytes, most significant first. */
export function bigEndian(bytes: Uint8Array, offset: number, length: 2 | 3 | 4): number {
	let value = 0;
	for (let i = 0; i < length; i++) value = value * 256 + byteAt(bytes, offset + i);
	return value;
}

/** A number of 2, 3 or 4 bytes, least significant first. */
export function littleEndian(bytes: Uint8Array, offset: number, length: 2 | 3 | 4): number {
	let value = 0;
	for (let i = length - 1; i >= 0; i--) value = value * 256 + byteAt(bytes, offset + i);
	return value;
}

/** Are these characters (code points below 256) at the offset? */
export function startsWith(bytes: Uint8Array, text: string, offset = 0): boolean {
	if (offset < 0 || offset + text.length > bytes.length) return false;
	for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
	return true;
}

/** A letter A–Z in lower case; every other byte unchanged. */
export function lowerCase(byte: number): number {
	return byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
}

/** As startsWith, ignoring case; the text must be in lower case. */
export function startsWithWord(bytes: Uint8Array, text: string, offset: number): boolean {
	if (offset + text.length > bytes.length) return false;
	for (let i = 0; i < text.length; i++)
		if (lowerCase(byteAt(bytes, offset + i)) !== text.charCodeAt(i)) return false;
	return true;
}

/** The first offset of a text in [start, end), or -1. Reads no byte outside of it. */
export function find(
	bytes: Uint8Array,
	text: string,
	start = 0,
	end = bytes.length,
	steps?: StepCounter,
): number {
	const first = text.charCodeAt(0);
	const from = Math.max(start, 0);
	const last = Math.min(end, bytes.length) - text.length;
	let at = from;
	while (at <= last && !(bytes[at] === first && startsWith(bytes, text, at))) at += 1;
	steps?.take(Math.max(at - from, 0) + 1);
	return at <= last ? at : -1;
}

/** The last offset of a text in [start, the end), or -1. Reads no byte before `start`. */
export function findLast(bytes: Uint8Array, text: string, start = 0, steps?: StepCounter): number {
	const last = bytes.length - text.length;
	let at = last;
	while (at >= start && !startsWith(bytes, text, at)) at -= 1;
	steps?.take(Math.max(last - at, 0) + 1);
	return at >= start ? at : -1;
}
