import { byteAt, littleEndian } from '../bytes.ts';
import { addNote, breakOff, newWalk, type ImageWalk } from './image-walk.ts';
import type { StepCounter } from '../steps.ts';

/** Walks the blocks of a GIF and counts its frames. https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
export function walkGif(bytes: Uint8Array, steps: StepCounter): ImageWalk {
	const walk = newWalk();
	if (bytes.length < 13) return walk;
	walk.width = littleEndian(bytes, 6, 2);
	walk.height = littleEndian(bytes, 8, 2);
	if (walk.width === 0 || walk.height === 0) return breakOff(walk);
	let frames = 0;
	let at = 13 + colourTable(byteAt(bytes, 10));
	addNote(walk, 6, Math.min(at, bytes.length));
	while (at < bytes.length) {
		steps.take(8);
		const block = byteAt(bytes, at);
		if (block === 0x3b) {
			if (frames === 0) return breakOff(walk);
			walk.end = at + 1;
			return walk;
		}
		if (block === 0x21) {
			const next = endOfSubBlocks(bytes, at + 2, steps);
			addNote(walk, at, Math.min(next, bytes.length));
			at = next;
		} else if (block === 0x2c) {
			if (at + 11 > bytes.length) return walk;
			frames += 1;
			walk.frames = frames;
			// A frame may be larger than the canvas; browsers then enlarge it.
			walk.width = Math.max(
				walk.width,
				littleEndian(bytes, at + 1, 2) + littleEndian(bytes, at + 5, 2),
			);
			walk.height = Math.max(
				walk.height,
				littleEndian(bytes, at + 3, 2) + littleEndian(bytes, at + 7, 2),
			);
			at = endOfSubBlocks(bytes, at + 11 + colourTable(byteAt(bytes, at + 9)), steps);
		} else return breakOff(walk);
	}
	return walk;
}

function colourTable(flags: number): number {
	return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Beyond the end of the bytes if they end before the sub-blocks do. */
function endOfSubBlocks(bytes: Uint8Array, start: number, steps: StepCounter): number {
	let at = start;
	while (at < bytes.length) {
		steps.take(2);
		const length = byteAt(bytes, at);
		at += 1 + length;
		if (length === 0) return at;
	}
	return bytes.length + 1;
}
