import { TooComplex } from '../steps.ts';

/** The result of reading an image's structure without decoding a pixel. */
export interface ImageWalk {
	/** In pixels; 0 if the bytes end before the size. */
	width: number;
	height: number;
	/** The announced or found frames; 1 for a still image. */
	frames: number;
	/** The end of the format, or null if the bytes end before it. */
	end: number | null;
	/** Does it have something that the format does not allow? */
	broken: boolean;
	/** The parts [start, end) that are not picture data, such as comments, profiles and tables, in order. */
	notes: [start: number, end: number][];
}

/** An animation has one part for each frame; no valid image has more parts. */
const MOST_NOTES = 20_000;
/** Parts that are separated only by a chunk's header and checksum are one part. */
const NEAR = 16;

/** The result before anything has been read. */
export function newWalk(): ImageWalk {
	return { width: 0, height: 0, frames: 1, end: null, broken: false, notes: [] };
}

/** Ends the reading at something that the format does not allow. */
export function breakOff(walk: ImageWalk): ImageWalk {
	walk.broken = true;
	return walk;
}

/**
 * Adds a part after all others; if it is near the last part, makes that longer. Throws `TooComplex` if there are too
 * many.
 */
export function addNote({ notes }: ImageWalk, start: number, end: number): void {
	const last = notes.at(-1);
	if (last && start - last[1] <= NEAR) last[1] = end;
	else if (notes.length < MOST_NOTES) notes.push([start, end]);
	else throw new TooComplex('too many parts');
}
