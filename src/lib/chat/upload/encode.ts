import { FileProblem } from './problem';

/** An image as it is sent. */
export interface Encoded {
	blob: Blob;
	width: number;
	height: number;
}

export interface EncodeOptions {
	/** Tried in this order; types that the browser cannot write are skipped. */
	types: readonly string[];
	maxBytes: number;
}

/** Some phones do not draw more pixels. */
const CANVAS_PIXELS = 4096 * 4096;
/** The longest side, in the order in which they are tried while the file is too large. */
const SIDES = [Infinity, 4096, 2560];
const QUALITIES = [0.9, 0.75];

/**
 * Redraws the image upright, so that only the visible picture is left: no place, no camera, no thumbnail of a cropped part.
 * Throws `support_upload_too_large` if it does not fit even when it is reduced.
 */
export async function encode(
	image: ImageBitmap,
	{ types, maxBytes }: EncodeOptions,
): Promise<Encoded> {
	for (const side of SIDES) {
		const canvas = draw(image, side, types[0] === 'image/jpeg');
		if (!canvas) continue;
		const { width, height } = canvas;
		for (const quality of QUALITIES) {
			const blob = await write(canvas, types, quality);
			if (!blob) throw new FileProblem('support_file_damaged');
			if (blob.size <= maxBytes) return { blob, width, height };
			// Quality is nothing to it.
			if (blob.type === 'image/png') break;
		}
	}
	throw new FileProblem('support_upload_too_large');
}

/** The image on a canvas; null if this side would change nothing. */
function draw(image: ImageBitmap, side: number, isOpaque: boolean): OffscreenCanvas | null {
	const { width, height } = image;
	const longest = Math.max(width, height);
	if (Number.isFinite(side) && longest <= side) return null;
	const share = Math.min(1, side / longest, Math.sqrt(CANVAS_PIXELS / (width * height)));
	const canvas = new OffscreenCanvas(
		Math.max(1, Math.round(width * share)),
		Math.max(1, Math.round(height * share)),
	);
	const context = canvas.getContext('2d');
	if (!context) throw new FileProblem('support_file_damaged');
	if (isOpaque) {
		// Transparent pixels would become black.
		context.fillStyle = '#fff';
		context.fillRect(0, 0, canvas.width, canvas.height);
	}
	context.imageSmoothingQuality = 'high';
	context.drawImage(image, 0, 0, canvas.width, canvas.height);
	return canvas;
}

/** A browser that cannot write a type writes PNG. */
async function write(
	canvas: OffscreenCanvas,
	types: readonly string[],
	quality: number,
): Promise<Blob | null> {
	for (const type of types) {
		const blob = await canvas.convertToBlob({ type, quality });
		if (types.includes(blob.type)) return blob;
	}
	return null;
}
