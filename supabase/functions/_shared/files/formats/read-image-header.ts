import { detectType } from '../detect-type.ts';
import {
	MAX_ANIMATION_PIXELS,
	MAX_PIXELS,
	MAX_SIDE,
	type FileType,
	type ImageType,
} from '../file-types.ts';
import { walkGif } from './gif.ts';
import type { ImageWalk } from './image-walk.ts';
import { walkJpeg } from './jpeg.ts';
import { walkPng } from './png.ts';
import { StepCounter } from '../steps.ts';
import { walkWebp } from './webp.ts';

/** Size in pixels, and how many frames were announced or seen (1 for a still image). */
export interface ImageHeader {
	type: ImageType;
	width: number;
	height: number;
	frames: number;
}

const walkers = {
	'image/png': walkPng,
	'image/jpeg': walkJpeg,
	'image/gif': walkGif,
	'image/webp': walkWebp,
};

/** Walks through an image of a type without decoding it. Throws `TooComplex` when that is too much work. */
export function walkImage(
	type: ImageType,
	bytes: Uint8Array,
	steps = StepCounter.forFile(bytes.length),
): ImageWalk {
	return walkers[type](bytes, steps);
}

/** Is it a type of image, and not a PDF? */
export function isImageType(type: FileType): type is ImageType {
	return type !== 'application/pdf';
}

/**
 * Reads what an image is and how large, from its first bytes or all of them, without decoding. Null when they are no image that
 * can be attached, or end before the size is said (in a JPEG it can stand behind some hundred kilobytes). Throws `TooComplex`.
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
	const type = detectType(bytes);
	if (type === null || !isImageType(type)) return null;
	const { width, height, frames } = walkImage(type, bytes);
	return width > 0 && height > 0 ? { type, width, height, frames } : null;
}

/** Has it more pixels than anybody should have to decode? */
export function hasTooManyPixels(image: Pick<ImageHeader, 'width' | 'height' | 'frames'>): boolean {
	const area = image.width * image.height;
	return (
		Math.max(image.width, image.height) > MAX_SIDE ||
		area > MAX_PIXELS ||
		area * image.frames > MAX_ANIMATION_PIXELS
	);
}
