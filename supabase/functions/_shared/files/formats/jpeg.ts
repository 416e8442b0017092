import { bigEndian, byteAt } from '../bytes.ts';
import { addNote, breakOff, newWalk, type ImageWalk } from './image-walk.ts';
import type { StepCounter } from '../steps.ts';

const [EOI, SOI, SOS] = [0xd9, 0xd8, 0xda];
/** Baseline, extended and progressive, which browsers decode. */
const DECODABLE = [0xc0, 0xc1, 0xc2];
const NO_FRAMES = [0xc4, 0xc8, 0xcc];
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;
const isFrame = (marker: number): boolean =>
	marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker);

/** Reads the segments and scans of a JPEG. https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1 */
export function walkJpeg(bytes: Uint8Array, steps: StepCounter): ImageWalk {
	const walk = newWalk();
	let hasScan = false;
	for (let at = 2; at + 2 <= bytes.length;) {
		steps.take(8);
		if (bytes[at] !== 0xff) return breakOff(walk);
		const marker = byteAt(bytes, at + 1);
		if (marker === 0xff) {
			at += 1; // A fill byte.
			continue;
		}
		if (marker === EOI) {
			if (!hasScan) return breakOff(walk);
			walk.end = at + 2;
			return walk;
		}
		if (marker === SOI || marker === 0 || isRestart(marker)) return breakOff(walk);
		if (at + 4 > bytes.length) return walk;
		const length = bigEndian(bytes, at + 2, 2);
		const next = at + 2 + length;
		if (length < 2) return breakOff(walk);
		if (isFrame(marker)) {
			if (walk.width > 0 || !DECODABLE.includes(marker) || length < 8) return breakOff(walk);
			if (at + 9 > bytes.length) return walk;
			walk.height = bigEndian(bytes, at + 5, 2);
			walk.width = bigEndian(bytes, at + 7, 2);
			if (walk.width === 0 || walk.height === 0) return breakOff(walk);
		}
		if (next > bytes.length) return walk;
		addNote(walk, at + 4, next);
		at = next;
		if (marker === SOS) {
			if (walk.width === 0) return breakOff(walk);
			hasScan = true;
			at = endOfScan(bytes, next, steps);
		}
	}
	return walk;
}

/** The next marker after a scan's data, in which 0xff 0x00 and restarts are not markers. */
function endOfScan(bytes: Uint8Array, start: number, steps: StepCounter): number {
	let at = start;
	while (at < bytes.length) {
		if (bytes[at] === 0xff && at + 1 < bytes.length) {
			const marker = byteAt(bytes, at + 1);
			if (marker !== 0 && marker !== 0xff && !isRestart(marker)) break;
		}
		at += 1;
	}
	steps.take(at - start);
	return at;
}
