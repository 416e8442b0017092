import {
	bigEndian,
	find,
	littleEndian,
	startsWith,
} from '../../../../supabase/functions/_shared/files/bytes';
import { detectType } from '../../../../supabase/functions/_shared/files/detect-type';
import {
	hasTooManyPixels,
	readImageHeader,
} from '../../../../supabase/functions/_shared/files/formats/read-image-header';
import { FileProblem } from './problem';

/** The type of a file by its first bytes, whatever its name; the sizes are 0 if unknown. */
export interface FileHeader {
	type: string;
	/** An image that has to be converted before it is sent. */
	isForeign: boolean;
	width: number;
	height: number;
	/** More than one in an animation. */
	frames: number;
}

/** Null for a file that can neither be sent nor converted. Throws `support_file_damaged`. */
export function readHeader(bytes: Uint8Array): FileHeader | null {
	const type = detectType(bytes);
	if (type === 'application/pdf') return { type, isForeign: false, width: 0, height: 0, frames: 1 };
	if (type === null) return readForeign(bytes);
	const header = readImageHeader(bytes);
	if (!header) throw new FileProblem('support_file_damaged');
	return { ...header, isForeign: false };
}

/** Rejected before it is decoded, because it might need too much memory. */
export const isTooManyPixels = ({
	width,
	height,
	frames = 1,
}: {
	width: number;
	height: number;
	frames?: number;
}): boolean => hasTooManyPixels({ width, height, frames });

/** Photographs of some phones (HEIC, AVIF) and screenshots of old programs (BMP), where the browser can decode them. */
function readForeign(bytes: Uint8Array): FileHeader | null {
	const header = { isForeign: true, frames: 1 };
	if (startsWith(bytes, 'BM') && bytes.length > 26) {
		const height = littleEndian(bytes, 22, 4);
		// A negative height means rows from the top.
		const rows = Math.min(height, 2 ** 32 - height);
		return { ...header, type: 'image/bmp', width: littleEndian(bytes, 18, 4), height: rows };
	}
	if (!startsWith(bytes, 'ftyp', 4)) return null;
	// The size of each image in it; the largest is the picture, the others are tiles and previews.
	let [width, height] = [0, 0];
	for (let at = find(bytes, 'ispe'); at >= 0; at = find(bytes, 'ispe', at + 4)) {
		width = Math.max(width, bigEndian(bytes, at + 8, 4));
		height = Math.max(height, bigEndian(bytes, at + 12, 4));
	}
	return width > 0 && height > 0 ? { ...header, type: 'image/heif', width, height } : null;
}
