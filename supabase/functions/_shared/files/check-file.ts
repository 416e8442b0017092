import { detectType } from './detect-type.ts';
import { ENDINGS, isFileType, type FileType, type ImageType, type Refusal } from './file-types.ts';
import { isSomethingElse } from './foreign-content.ts';
import { refusePdf } from './formats/pdf.ts';
import { hasTooManyPixels, isImageType, walkImage } from './formats/read-image-header.ts';
import { StepCounter, TooComplex } from './steps.ts';

/** An uploaded file and its declared values. */
export interface UploadedFile {
	bytes: Uint8Array;
	/** The declared values of the uploader's ticket. */
	claimedType: string;
	/** The type with which Storage will serve it. */
	storedType: string;
	name: string;
	/** In bytes. */
	maxBytes: number;
}

/** The size in pixels (not for a PDF), or the reason for the refusal. */
export type FileVerdict =
	| { accepted: true; type: FileType; width: number | null; height: number | null }
	| { accepted: false; refusal: Refusal };

/**
 * Decides by the bytes of a file whether others may see it. Nothing is decoded: sizes come from headers, and the
 * structure is followed to its end, after which nothing may follow. The work is counted, and a file that needs too much
 * of it is refused.
 *
 * Metadata (EXIF, XMP, colour profiles, comments) is accepted, since the bytes stay as they were uploaded and our own
 * clients re-encode images first; markup, scripts and archives in it are refused.
 */
export function checkFile(
	file: UploadedFile,
	steps = StepCounter.forFile(file.bytes.length),
): FileVerdict {
	try {
		return verdictOn(file, steps);
	} catch (error) {
		if (error instanceof TooComplex) return refuse('support_file_too_complex');
		throw error;
	}
}

function verdictOn(
	{ bytes, claimedType, storedType, name, maxBytes }: UploadedFile,
	steps: StepCounter,
): FileVerdict {
	if (bytes.length === 0) return refuse('support_file_empty');
	if (bytes.length > maxBytes) return refuse('support_file_too_large');
	const type = detectType(bytes);
	if (type === null || !isFileType(claimedType)) return refuse('support_file_type');
	if (type !== claimedType || type !== mediaType(storedType) || !endsAs(type, name))
		return refuse('support_file_mismatch');
	if (isImageType(type)) return checkImage(type, bytes, steps);
	const refusal = refusePdf(bytes, steps);
	return refusal === null ? { accepted: true, type, width: null, height: null } : refuse(refusal);
}

function checkImage(type: ImageType, bytes: Uint8Array, steps: StepCounter): FileVerdict {
	const walk = walkImage(type, bytes, steps);
	if (hasTooManyPixels(walk)) return refuse('support_file_too_many_pixels');
	if (isSomethingElse(bytes, walk.notes, steps)) return refuse('support_file_active');
	if (walk.broken || walk.end === null) return refuse('support_file_damaged');
	// Zeros after the end are padding; anything else is a second file.
	steps.take(bytes.length - walk.end);
	for (let at = walk.end; at < bytes.length; at++)
		if (bytes[at] !== 0) return refuse('support_file_active');
	return { accepted: true, type, width: walk.width, height: walk.height };
}

function refuse(refusal: Refusal): FileVerdict {
	return { accepted: false, refusal };
}

function mediaType(contentType: string): string {
	return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function endsAs(type: FileType, name: string): boolean {
	const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
	return ENDINGS[type].some((known) => known === ending);
}
