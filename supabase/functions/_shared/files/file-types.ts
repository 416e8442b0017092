/** The types that can be attached, each with the matching extensions of file names. Paths use the first one. */
export const ENDINGS = {
	'image/png': ['png'],
	'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
	'image/webp': ['webp'],
	'image/gif': ['gif'],
	'application/pdf': ['pdf'],
} as const;

/** A type that can be attached. The settings' column upload_types has some of these. */
export type FileType = keyof typeof ENDINGS;

/** An image that can be attached. */
export type ImageType = Exclude<FileType, 'application/pdf'>;

/** The longest side of an image, in pixels. */
export const MAX_SIDE = 16_384;
/** The area of an image, in pixels, that a phone can still decode. */
export const MAX_PIXELS = 40_000_000;
/** The area of all frames of an animation together, in pixels. */
export const MAX_ANIMATION_PIXELS = 400_000_000;

/** The reasons for which a file is refused; the values of the column refusal. */
export type Refusal =
	| 'support_file_empty'
	| 'support_file_type'
	| 'support_file_mismatch'
	| 'support_file_too_large'
	| 'support_file_too_many_pixels'
	| 'support_file_too_complex'
	| 'support_file_active'
	| 'support_file_damaged';

/** Is it a type that can be attached? */
export function isFileType(type: string): type is FileType {
	return Object.hasOwn(ENDINGS, type);
}
