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

/** The size in pixels, and the number of announced or found frames (1 for a still image). */
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

/** Reads the structure of an image of a type without decoding it. Throws `TooComplex` if that needs too much work. */
export function walkImage(
	type: ImageType,
	bytes: Uint8Array,
	steps = StepCounter.forFile(bytes.length),
): ImageWalk {
	return walkers[type](bytes, steps);
}

/** Is it a type of image, not a PDF? */
export function isImageType(type: FileType): type is ImageType {
	return type !== 'application/pdf';
}

/**
 * Reads the type and size of an image from its first bytes or all of them, without decoding. Null if they are not an
 * image that can be attached, or end before the size (in a JPEG it can follow after some hundred kilobytes). Throws
 * `TooComplex`.
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
	const type = detectType(bytes);
	if (type === null || !isImageType(type)) return null;
	const { width, height, frames } = walkImage(type, bytes);
	return width > 0 && height > 0 ? { type, width, height, frames } : null;
}

/** Does it have more pixels than the limits allow? */
export function hasTooManyPixels(image: Pick<ImageHeader, 'width' | 'height' | 'frames'>): boolean {
	const area = image.width * image.height;
	return (
		Math.max(image.width, image.height) > MAX_SIDE ||
		area > MAX_PIXELS ||
		area * image.frames > MAX_ANIMATION_PIXELS
	);
}
