/** What a walk through an image's structure found, without decoding a pixel. */
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
	/** The parts [start, end) that are not picture data: comments, profiles, tables. */
	notes: [start: number, end: number][];
}

/** A walk that has seen nothing yet. */
export function newWalk(): ImageWalk {
	return { width: 0, height: 0, frames: 1, end: null, broken: false, notes: [] };
}

/** Ends a walk at something that the format does not allow. */
export function breakOff(walk: ImageWalk): ImageWalk {
	walk.broken = true;
	return walk;
}
