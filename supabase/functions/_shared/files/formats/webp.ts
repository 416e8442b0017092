import { byteAt, littleEndian, startsWith } from '../bytes.ts';
import { addNote, breakOff, newWalk, type ImageWalk } from './image-walk.ts';
import type { StepCounter } from '../steps.ts';

type Size = { width: number; height: number };
const PICTURE = ['VP8 ', 'VP8L', 'ALPH', 'ANMF'];

/**
 * Reads the chunks of a WebP: lossy, lossless, extended, animated.
 * https://developers.google.com/speed/webp/docs/riff_container
 */
export function walkWebp(bytes: Uint8Array, steps: StepCounter): ImageWalk {
	const walk = newWalk();
	const end = 8 + littleEndian(bytes, 4, 4);
	let [frames, pictures] = [0, 0];
	for (let at = 12; at + 8 <= Math.min(end, bytes.length);) {
		steps.take(64);
		const name = String.fromCharCode(...bytes.subarray(at, at + 4));
		const length = littleEndian(bytes, at + 4, 4);
		const next = at + 8 + length + (length % 2);
		if (next > end || !/^[\x20-\x7e]{4}$/.test(name)) return breakOff(walk);
		if (name === 'ANMF') {
			frames += 1;
			walk.frames = frames;
			if (!holdsFrame(bytes, at + 8, Math.min(next, bytes.length), walk, steps))
				return breakOff(walk);
		}
		const size = sizeOf(bytes, at);
		if (size !== null) {
			if (name !== 'VP8X') pictures += 1;
			if (walk.width === 0) [walk.width, walk.height] = [size.width, size.height];
			else if (size.width !== walk.width || size.height !== walk.height) return breakOff(walk);
			if (size.width === 0 || size.height === 0) return breakOff(walk);
		} else if ((name === 'VP8 ' || name === 'VP8L') && at + 18 <= bytes.length)
			return breakOff(walk);
		if (!PICTURE.includes(name)) addNote(walk, at + 8, Math.min(next, bytes.length));
		at = next;
	}
	if (end > bytes.length) return walk;
	if (pictures + frames === 0 || pictures > 1) return breakOff(walk);
	walk.end = end;
	return walk;
}

/** Is a frame within the canvas, and does its picture have the declared size? */
function holdsFrame(
	bytes: Uint8Array,
	start: number,
	end: number,
	canvas: Size,
	steps: StepCounter,
): boolean {
	if (end - start < 16) return true; // cut off, which the missing end shows
	const at = (offset: number): number => littleEndian(bytes, start + offset, 3);
	const frame = { width: at(6) + 1, height: at(9) + 1 };
	if (at(0) * 2 + frame.width > canvas.width || at(3) * 2 + frame.height > canvas.height)
		return false;
	for (let chunk = start + 16; chunk + 18 <= end;) {
		steps.take(16);
		const size = sizeOf(bytes, chunk);
		if (size !== null) return size.width === frame.width && size.height === frame.height;
		const length = littleEndian(bytes, chunk + 4, 4);
		chunk += 8 + length + (length % 2);
	}
	return true;
}

/** The size in pixels that a chunk declares; null without one. */
function sizeOf(bytes: Uint8Array, chunk: number): Size | null {
	const data = chunk + 8;
	if (data + 10 > bytes.length) return null;
	if (startsWith(bytes, 'VP8X', chunk))
		return {
			width: littleEndian(bytes, data + 4, 3) + 1,
			height: littleEndian(bytes, data + 7, 3) + 1,
		};
	if (startsWith(bytes, 'VP8 ', chunk) && startsWith(bytes, '\x9d\x01\x2a', data + 3))
		return {
			width: littleEndian(bytes, data + 6, 2) & 0x3fff,
			height: littleEndian(bytes, data + 8, 2) & 0x3fff,
		};
	if (startsWith(bytes, 'VP8L', chunk) && byteAt(bytes, data) === 0x2f) {
		const bits = littleEndian(bytes, data + 1, 4);
		return { width: (bits % 0x4000) + 1, height: (Math.floor(bits / 0x4000) % 0x4000) + 1 };
	}
	return null;
}
