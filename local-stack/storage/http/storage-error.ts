import postgres from 'postgres';

interface ErrorWords {
	/** The intended status; the body has it as text. */
	statusCode: number;
	code: string;
	/** The error name of older versions; the code if there is none. */
	error?: string;
	message: string;
	/** The status of the response line: 400 for nearly everything. */
	status?: number;
}

/** An error response in the format of the real service. */
export class StorageError extends Error {
	readonly status: number;
	readonly body: { statusCode: string; error: string; message: string; code: string };

	constructor({ statusCode, code, error, message, status }: ErrorWords) {
		super(message);
		this.name = 'StorageError';
		this.status = status ?? (statusCode === 500 ? 500 : 400);
		this.body = { statusCode: String(statusCode), error: error ?? code, message, code };
	}
}

const make =
	(statusCode: number, code: string, message: string, error?: string, status?: number) => () =>
		new StorageError({ statusCode, code, message, error, status });

/** The service's errors with its texts (`src/internal/errors/codes.ts` of supabase/storage). */
export const errors = {
	bucketNotFound: make(404, 'NoSuchBucket', 'Bucket not found', 'Bucket not found'),
	objectNotFound: make(404, 'NoSuchKey', 'Object not found', 'not_found'),
	bytesNotFound: make(404, 'NoSuchKey', 'The resource was not found', 'Not found'),
	bucketExists: make(409, 'BucketAlreadyExists', 'The resource already exists', 'Duplicate'),
	keyExists: make(409, 'KeyAlreadyExists', 'The resource already exists', 'Duplicate'),
	resourceExists: make(409, 'ResourceAlreadyExists', 'The resource already exists', 'Duplicate'),
	bucketNotEmpty: make(409, 'ResourceNotEmpty', 'The bucket you tried to delete is not empty'),
	relatedNotFound: make(404, 'InvalidRequest', 'The related resource does not exist'),
	referenced: make(
		409,
		'ResourceReferenced',
		'The resource could not be updated or removed due to a foreign key constraint',
	),
	bucketName: make(400, 'InvalidBucketName', 'Bucket name invalid', 'Invalid Input'),
	tooLarge: make(
		413,
		'EntityTooLarge',
		'The object exceeded the maximum allowed size',
		'Payload too large',
	),
	metadataTooLarge: make(
		413,
		'EntityTooLarge',
		'The user_metadata exceeded the maximum allowed size',
		'Payload too large',
	),
	sizeFormat: make(
		400,
		'InvalidRequest',
		'Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B',
	),
	noContent: make(400, 'InvalidRequest', 'No content provided'),
	range: make(416, 'InvalidRange', 'invalid range provided', 'invalid_range', 416),
	signature: make(400, 'InvalidSignature', 'Invalid signature'),
	timeout: make(544, 'DatabaseTimeout', 'The connection to the database timed out', undefined, 544),
	locked: make(423, 'ResourceLocked', 'The resource is locked'),
	internal: make(500, 'InternalError', 'Internal Server Error', 'Internal'),
	key: (key: string) => make(400, 'InvalidKey', `Invalid key: ${key}`)(),
	mimeType: (type: string) =>
		make(415, 'InvalidMimeType', `mime type ${type} is not supported`, 'invalid_mime_type')(),
	denied: (message: string) => make(403, 'AccessDenied', message, 'Unauthorized')(),
	token: (message: string) => make(400, 'InvalidJWT', message)(),
	scope: (scope: string) => make(400, 'InvalidSignature', `Token is not scoped for ${scope}`)(),
	header: (name: string, value: string) =>
		make(
			400,
			'InvalidRequest',
			`Invalid character in response header "${name}": ${value.slice(0, 50)}`,
			'invalid_header_char',
		)(),
	/** The web framework's error for a request that violates the route's schema. */
	validation: (message: string) => make(400, 'InvalidRequest', message, 'Error')(),
	route: (method: string, url: string) =>
		make(404, 'InvalidRequest', `Route ${method}:${url} not found`, 'Not Found', 404)(),
	notHere: (what: string) =>
		make(
			501,
			'NotSupported',
			`The local stack's Storage has no ${what}; hosted Supabase has.`,
			undefined,
			501,
		)(),
};

/** The service's response to an error of the database; other errors stay unchanged. */
export function fromDatabase(error: unknown): unknown {
	if (!(error instanceof postgres.PostgresError)) return error;
	const { code, message } = error;
	if (code === '42501')
		return errors.denied(
			message.includes('row-level security')
				? 'new row violates row-level security policy'
				: message,
		);
	if (code === '23505') return errors.resourceExists();
	if (code === '23503')
		return error.detail?.includes('is still referenced from table')
			? errors.referenced()
			: errors.relatedNotFound();
	if (code === '55P03') return errors.locked();
	if (code === '57014') return errors.timeout();
	if (code === '22P02') return make(400, 'InvalidParameter', message)();
	return make(500, 'DatabaseError', `database error, code: ${code}`)();
}
