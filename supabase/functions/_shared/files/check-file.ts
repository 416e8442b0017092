import { detectType } from './detect-type.ts';
import { ENDINGS, isFileType, type FileType, type ImageType, type Refusal } from './file-types.ts';
import { isSomethingElse } from './foreign-content.ts';
import { refusePdf } from './pdf.ts';
import { hasTooManyPixels, isImageType, walkImage } from './read-image-header.ts';

/** A file as it was uploaded, and what was said of it. */
export interface UploadedFile {
	bytes: Uint8Array;
	/** What the uploader said when they asked for the ticket. */
	claimedType: string;
	/** What Storage will say when somebody fetches it. */
	storedType: string;
	name: string;
	/** In bytes. */
	maxBytes: number;
}

/** Size in pixels, which a PDF has not; or why it is refused. */
export type FileVerdict =
	| { accepted: true; type: FileType; width: number | null; height: number | null }
	| { accepted: false; refusal: Refusal };

/**
 * Decides by its bytes whether others may see a file. Nothing is decoded: sizes come from headers, and the structure is followed
 * to its end, behind which nothing may stand.
 *
 * Metadata (EXIF, XMP, colour profiles, comments) is let through, since bytes stay as they were uploaded and our own clients
 * re-encode pictures before that; markup, scripts and archives in it are not.
 */
export function checkFile({
	bytes,
	claimedType,
	storedType,
	name,
	maxBytes,
}: UploadedFile): FileVerdict {
	if (bytes.length === 0) return refuse('support_file_empty');
	if (bytes.length > maxBytes) return refuse('support_file_too_large');
	const type = detectType(bytes);
	if (type === null || !isFileType(claimedType)) return refuse('support_file_type');
	if (type !== claimedType || type !== mediaType(storedType) || !endsAs(type, name))
		return refuse('support_file_mismatch');
	if (isImageType(type)) return checkImage(type, bytes);
	const refusal = refusePdf(bytes);
	return refusal === null ? { accepted: true, type, width: null, height: null } : refuse(refusal);
}

function checkImage(type: ImageType, bytes: Uint8Array): FileVerdict {
	const walk = walkImage(type, bytes);
	if (hasTooManyPixels(walk)) return refuse('support_file_too_many_pixels');
	if (isSomethingElse(bytes, walk.notes)) return refuse('support_file_active');
	if (walk.broken || walk.end === null) return refuse('support_file_damaged');
	// Zeros behind the end are padding; anything else is a second file.
	if (bytes.subarray(walk.end).some((byte) => byte !== 0)) return refuse('support_file_active');
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
