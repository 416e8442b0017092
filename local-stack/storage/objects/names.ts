import { errors } from '../http/storage-error';

// The characters that S3 keys may contain; the real service allows no others (`src/storage/limits.ts`).
const KEY = /^[A-Za-z0-9_/!.*'() &$=@;:+,?-]+$/;
const BUCKET = /^[A-Za-z0-9_!.*'() &$=@;:+,?-]{1,100}$/;
const MIME_TYPE = /^([a-zA-Z0-9\-+.]+)\/([a-zA-Z0-9\-+.]+)(;\s*charset=[a-zA-Z0-9-]+)?$|\*$/;

/**
 * Throws InvalidKey unless the path may name an object. Segments `.` and `..` are refused, as by the real service's
 * file backend; hosted, which stores bytes in S3, accepts them as names.
 */
export function requireKey(key: string): void {
	if (!KEY.test(key) || key.split('/').some((segment) => segment === '.' || segment === '..'))
		throw errors.key(key);
}

export function requireBucketName(name: string): void {
	if (!BUCKET.test(name) || name.trim() !== name) throw errors.bucketName();
}

/** Throws 415 unless the list is empty or has the type, whole or as `image/*`. */
export function requireAllowedType(type: string, allowed: string[]): void {
	if (allowed.length === 0) return;
	const [family, kind] = type.split('/');
	const fits = allowed.some((one) => {
		const [allowedFamily, allowedKind] = one.split('/');
		return allowedFamily === family && (allowedKind === '*' || allowedKind === kind);
	});
	if (kind === undefined || !fits) throw errors.mimeType(type);
}

export function requireTypePatterns(types: string[]): void {
	for (const type of types)
		if (type.length > 1000 || !MIME_TYPE.test(type)) throw errors.mimeType(type);
}

/** A placeholder with which the dashboard keeps an empty folder: it has no size limit and any type. */
export function isFolderPlaceholder(key: string): boolean {
	return key.endsWith('.emptyFolderPlaceholder');
}
