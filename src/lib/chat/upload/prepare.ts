import { cleanText, countCharacters } from '../text/text';
import { encode } from './encode';
import { stripGif } from './gif';
import { isTooManyPixels, readHeader, type FileHeader } from './header';
import { bytesOf, type UploadLimits } from './limits';
import { FileProblem } from './problem';

/** A file as it will be sent. */
export interface Prepared {
	/** With its type. */
	blob: Blob;
	/** Text to show, never a path. */
	name: string;
	width: number | null;
	height: number | null;
	/** For the tray, which must close it. Null without a preview. */
	thumbnail: ImageBitmap | null;
}

/** Enough to find the type and the size of any image whose header is at its beginning. */
const HEADER_BYTES = 1024 * 1024;
/** Longest side of a thumbnail, pixels. */
const THUMBNAIL = 144;
const NAME_MAX = 200;
const EXTENSIONS: Record<string, string | undefined> = {
	'image/png': 'png',
	'image/jpeg': 'jpg',
	'image/webp': 'webp',
};

/**
 * Checks a file and prepares it for sending: images are redrawn, so that no metadata leaves this computer; animations lose their
 * comments; PDFs are not changed. Throws `FileProblem`.
 */
export async function prepareFile(file: File, limits: UploadLimits): Promise<Prepared> {
	if (file.size === 0) throw new FileProblem('support_upload_empty');
	if (limits.types.length === 0) throw new FileProblem('support_uploads_off');
	const header = await headerOf(file);
	if (!header) throw new FileProblem('support_upload_type');
	const isKept = limits.types.includes(header.type);
	if (!isKept && !header.isForeign) throw new FileProblem('support_upload_type');
	if (isTooManyPixels(header)) throw new FileProblem('support_file_too_many_pixels');
	if (header.type === 'application/pdf') return asItIs(file, header, limits);
	const image = await decode(file);
	try {
		if (isTooManyPixels(image)) throw new FileProblem('support_file_too_many_pixels');
		const thumbnail = await shrink(image);
		if (header.type === 'image/gif')
			return { ...(await withoutComments(file, image, limits)), thumbnail };
		const types = isKept ? [header.type, ...writable(limits)] : writable(limits);
		if (types.length === 0) throw new FileProblem('support_upload_type');
		const encoded = await encode(image, { types, maxBytes: bytesOf(limits) });
		return { ...encoded, name: nameFor(file.name, encoded.blob.type), thumbnail };
	} finally {
		image.close();
	}
}

async function headerOf(file: File): Promise<FileHeader | null> {
	try {
		return readHeader(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer()));
	} catch (cause) {
		if (cause instanceof FileProblem) throw cause;
		// Moved, deleted or changed since it was chosen.
		throw new FileProblem('support_file_damaged');
	}
}

const writable = ({ types }: UploadLimits): string[] =>
	['image/jpeg', 'image/png', 'image/webp'].filter((type) => types.includes(type));

function asItIs(file: File, { type }: FileHeader, limits: UploadLimits): Prepared {
	if (file.size > bytesOf(limits)) throw new FileProblem('support_upload_too_large');
	const blob = file.slice(0, file.size, type);
	return { blob, name: cleanName(file.name), width: null, height: null, thumbnail: null };
}

async function withoutComments(file: File, image: ImageBitmap, limits: UploadLimits) {
	const blob = stripGif(new Uint8Array(await file.arrayBuffer()));
	if (blob.size > bytesOf(limits)) throw new FileProblem('support_upload_too_large');
	const { width, height } = image;
	return { blob, name: cleanName(file.name), width, height };
}

async function decode(file: File): Promise<ImageBitmap> {
	try {
		return await createImageBitmap(file, { imageOrientation: 'from-image' });
	} catch {
		throw new FileProblem('support_file_damaged');
	}
}

async function shrink(image: ImageBitmap): Promise<ImageBitmap | null> {
	const share = Math.min(1, THUMBNAIL / Math.min(image.width, image.height));
	const side = (length: number): number => Math.max(1, Math.round(length * share));
	try {
		return await createImageBitmap(image, {
			...{ resizeWidth: side(image.width), resizeHeight: side(image.height) },
			resizeQuality: 'medium',
		});
	} catch {
		return null; // A thumbnail less.
	}
}

/** A name without control and direction characters, shortened; the database does the same. */
function cleanName(name: string): string {
	const plain = cleanText(name.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ''));
	return countCharacters(plain) > NAME_MAX ? Array.from(plain).slice(-NAME_MAX).join('') : plain;
}

/** The extension follows the type of a converted image. */
function nameFor(name: string, type: string): string {
	const extension = EXTENSIONS[type] ?? '';
	const clean = cleanName(name);
	const isCalledSo = new RegExp(`\\.${extension === 'jpg' ? 'jpe?g?|jfif' : extension}$`, 'i');
	if (isCalledSo.test(clean) || clean === '') return clean || `image.${extension}`;
	return `${clean.replace(/\.[a-z0-9]{1,5}$/i, '')}.${extension}`;
}
