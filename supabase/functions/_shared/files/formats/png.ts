import { bigEndian, byteAt, lowerCase } from '../bytes.ts';
import { addNote, breakOff, newWalk, type ImageWalk } from './image-walk.ts';
import type { StepCounter } from '../steps.ts';

/** The names of relevant chunks as numbers, since a file may have millions of chunks. */
const [IHDR, IDAT, IEND, ACTL, FDAT] = [0x49484452, 0x49444154, 0x49454e44, 0x6163544c, 0x66644154];

/** Reads the chunks of a PNG, animated or not. https://www.w3.org/TR/png-3/ */
export function walkPng(bytes: Uint8Array, steps: StepCounter): ImageWalk {
	const walk = newWalk();
	let hasData = false;
	for (let at = 8; at + 8 <= bytes.length;) {
		steps.take(16);
		const length = bigEndian(bytes, at, 4);
		const name = bigEndian(bytes, at + 4, 4);
		const next = at + 12 + length;
		if (!areLetters(bytes, at + 4) || length > 0x7fffffff) return breakOff(walk);
		if ((at === 8) !== (name === IHDR)) return breakOff(walk);
		if (name === IHDR) {
			if (length !== 13) return breakOff(walk);
			if (at + 16 > bytes.length) return walk;
			walk.width = bigEndian(bytes, at + 8, 4);
			walk.height = bigEndian(bytes, at + 12, 4);
			if (walk.width === 0 || walk.height === 0) return breakOff(walk);
		} else if (name === ACTL && at + 12 <= bytes.length) {
			walk.frames = Math.max(bigEndian(bytes, at + 8, 4), 1);
		} else if (name === IDAT) hasData = true;
		if (next > bytes.length) return walk;
		if (name === IEND) {
			if (length !== 0 || !hasData) return breakOff(walk);
			walk.end = next;
			return walk;
		}
		if (name !== IDAT && name !== FDAT) addNote(walk, at + 8, next - 4);
		at = next;
	}
	return walk;
}

function areLetters(bytes: Uint8Array, start: number): boolean {
	for (let at = start; at < start + 4; at++) {
		const letter = lowerCase(byteAt(bytes, at));
		if (letter < 0x61 || letter > 0x7a) return false;
	}
	return true;
}
