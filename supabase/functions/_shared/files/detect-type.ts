import { startsWith } from './bytes.ts';
import type { FileType } from './file-types.ts';

/**
 * The type of a file by its first bytes; null for types that cannot be attached. A PDF begins at the first
 * byte.
 */
export function detectType(bytes: Uint8Array): FileType | null {
	if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'image/png';
	if (startsWith(bytes, '\xff\xd8\xff')) return 'image/jpeg';
	if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return 'image/gif';
	if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'image/webp';
	if (startsWith(bytes, '%PDF-')) return 'application/pdf';
	return null;
}
