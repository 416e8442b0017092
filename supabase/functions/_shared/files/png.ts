import { bigEndian } from './bytes.ts';
import { breakOff, newWalk, type ImageWalk } from './image-walk.ts';

/** Walks the chunks of a PNG, animated or not. https://www.w3.org/TR/png-3/ */
export function walkPng(bytes: Uint8Array): ImageWalk {
	const walk = newWalk();
	let hasData = false;
	for (let at = 8; at + 8 <= bytes.length;) {
		const length = bigEndian(bytes, at, 4);
		const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
		const next = at + 12 + length;
		if (!/^[A-Za-z]{4}$/.test(name) || length > 0x7fffffff) return breakOff(walk);
		if ((at === 8) !== (name === 'IHDR')) return breakOff(walk);
		if (name === 'IHDR') {
			if (length !== 13) return breakOff(walk);
			if (at + 16 > bytes.length) return walk;
			walk.width = bigEndian(bytes, at + 8, 4);
			walk.height = bigEndian(bytes, at + 12, 4);
			if (walk.width === 0 || walk.height === 0) return breakOff(walk);
		} else if (name === 'acTL' && at + 12 <= bytes.length) {
			walk.frames = Math.max(bigEndian(bytes, at + 8, 4), 1);
		} else if (name === 'IDAT') hasData = true;
		if (next > bytes.length) return walk;
		if (name === 'IEND') {
			if (length !== 0 || !hasData) return breakOff(walk);
			walk.end = next;
			return walk;
		}
		if (name !== 'IDAT' && name !== 'fdAT') walk.notes.push([at + 8, next - 4]);
		at = next;
	}
	return walk;
}
