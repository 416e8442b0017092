/** The types that can be attached, each with the endings of file names that say the same. The first one is used in paths. */
export const ENDINGS = {
	'image/png': ['png'],
	'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
	'image/webp': ['webp'],
	'image/gif': ['gif'],
	'application/pdf': ['pdf'],
} as const;

/** A type that can be attached. The column upload_types of the settings holds some of these. */
export type FileType = keyof typeof ENDINGS;

/** An image that can be attached. */
export type ImageType = Exclude<FileType, 'application/pdf'>;

/** Longest side of an image, in pixels. */
export const MAX_SIDE = 16_384;
/** Area of an image, in pixels: what a phone still decodes. */
export const MAX_PIXELS = 40_000_000;
/** Area of all frames of an animation together, in pixels. */
export const MAX_ANIMATION_PIXELS = 400_000_000;

/** Why a file is refused. The names are those of the column refusal. */
export type Refusal =
	| 'support_file_empty'
	| 'support_file_type'
	| 'support_file_mismatch'
	| 'support_file_too_large'
	| 'support_file_too_many_pixels'
	| 'support_file_too_complex'
	| 'support_file_active'
	| 'support_file_damaged';

/** Is it one of the types that can be attached? */
export function isFileType(type: string): type is FileType {
	return Object.hasOwn(ENDINGS, type);
}
