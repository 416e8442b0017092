import { TooComplex } from '../steps.ts';

/** The result of a walk through an image's structure, without decoding a pixel. */
export interface ImageWalk {
	/** In pixels; 0 when the bytes end before the size is said. */
	width: number;
	height: number;
	/** Frames that are announced or seen; 1 for a still image. */
	frames: number;
	/** Where the format ends, or null when the bytes end before it does. */
	end: number | null;
	/** Is something there that the format does not allow? */
	broken: boolean;
	/** The parts [start, end) that are not picture data: comments, profiles, tables. In order. */
	notes: [start: number, end: number][];
}

/** An animation has one part for each frame; no valid image has more parts. */
const MOST_NOTES = 20_000;
/** Parts that only a chunk's header and checksum keep apart are one. */
const NEAR = 16;

/** A walk that has seen nothing yet. */
export function newWalk(): ImageWalk {
	return { width: 0, height: 0, frames: 1, end: null, broken: false, notes: [] };
}

/** Ends a walk at something that the format does not allow. */
export function breakOff(walk: ImageWalk): ImageWalk {
	walk.broken = true;
	return walk;
}

/** Adds a part that follows all others; one that is near the last makes that longer. Throws `TooComplex` when there are too many. */
export function addNote({ notes }: ImageWalk, start: number, end: number): void {
	const last = notes.at(-1);
	if (last && start - last[1] <= NEAR) last[1] = end;
	else if (notes.length < MOST_NOTES) notes.push([start, end]);
	else throw new TooComplex('too many parts');
}
