import {
	createBucket,
	deleteBucket,
	emptyBucket,
	getBucket,
	listBuckets,
	updateBucket,
} from '../buckets';
import { type Reply, type StorageCall } from '../context';
import { copyObject, moveObject } from '../objects/move-objects';
import {
	getInfo,
	getObject,
	getPublicObject,
	getSignedObject,
	listObjects,
	signObject,
	signObjects,
} from '../objects/read-objects';
import { errors } from './storage-error';
import {
	removeObject,
	removeObjects,
	signUpload,
	uploadObject,
	uploadSigned,
} from '../objects/write-objects';

export interface StorageRoute {
	/** The value of `storage.operation()` in policies. */
	operation: string;
	/** `strict` refuses a missing or invalid token; `lenient` treats it as signed out; `none` ignores it. */
	token: 'strict' | 'lenient' | 'none';
	handle: (call: StorageCall) => Promise<Reply>;
}

type Row = [methods: string, pattern: string, ...Parameters<typeof route>];

function route(
	operation: string,
	token: StorageRoute['token'],
	handle: StorageRoute['handle'],
): StorageRoute {
	return { operation, token, handle };
}

const INFO = 'object.get_authenticated_info';
const READ = 'storage.object.get_authenticated';

// The first match is used. `:bucket` is one segment, `*` is the rest.
const ROWS: Row[] = [
	['POST', '/bucket', 'storage.bucket.create', 'strict', createBucket],
	['GET', '/bucket', 'storage.bucket.list', 'strict', listBuckets],
	['GET', '/bucket/:bucket', 'storage.bucket.get', 'strict', getBucket],
	['PUT', '/bucket/:bucket', 'storage.bucket.update', 'strict', updateBucket],
	['DELETE', '/bucket/:bucket', 'storage.bucket.delete', 'strict', deleteBucket],
	['POST', '/bucket/:bucket/empty', 'storage.bucket.empty', 'strict', emptyBucket],
	['POST', '/object/move', 'storage.object.move', 'strict', moveObject],
	['POST', '/object/copy', 'storage.object.copy', 'strict', copyObject],
	['POST', '/object/list/:bucket', 'storage.object.list', 'strict', listObjects],
	['POST', '/object/sign/:bucket', 'storage.object.sign_many', 'strict', signObjects],
	['POST', '/object/sign/:bucket/*', 'storage.object.sign', 'strict', signObject],
	['GET HEAD', '/object/sign/:bucket/*', 'storage.object.get_signed', 'none', getSignedObject],
	['POST', '/object/upload/sign/:bucket/*', 'storage.object.sign_upload_url', 'strict', signUpload],
	['PUT', '/object/upload/sign/:bucket/*', 'storage.object.upload_signed', 'none', uploadSigned],
	['GET', '/object/public/:bucket/*', 'storage.object.get_public', 'none', getPublicObject],
	['HEAD', '/object/public/:bucket/*', 'storage.object.info_public', 'none', getPublicObject],
	['GET', '/object/authenticated/:bucket/*', READ, 'strict', getObject],
	[
		'HEAD',
		'/object/authenticated/:bucket/*',
		'object.head_authenticated_info',
		'strict',
		getObject,
	],
	['GET', '/object/info/authenticated/:bucket/*', INFO, 'strict', getInfo],
	['GET', '/object/info/:bucket/*', INFO, 'lenient', getInfo],
	['GET', '/object/:bucket/*', READ, 'lenient', getObject],
	['HEAD', '/object/:bucket/*', 'object.head_authenticated_info', 'lenient', getObject],
	['POST', '/object/:bucket/*', 'storage.object.upload', 'strict', uploadObject],
	['PUT', '/object/:bucket/*', 'storage.object.upload_update', 'strict', uploadObject],
	['DELETE', '/object/:bucket', 'storage.object.delete_many', 'strict', removeObjects],
	['DELETE', '/object/:bucket/*', 'storage.object.delete', 'strict', removeObject],
];

const TABLE = ROWS.map(([methods, pattern, ...rest]) => ({
	methods: methods.split(' '),
	path: new RegExp(
		`^${pattern.replace(':bucket', '(?<bucket>[^/]+)').replace('*', '(?<key>.+)')}/?$`,
	),
	route: route(...rest),
}));

// Features of the service that the stack lacks.
const ABSENT: [RegExp, string][] = [
	[/^\/upload\/resumable/, 'resumable (TUS) uploads'],
	[/^\/(object\/)?render\//, 'image transformations'],
	[/^\/object\/list-v2\//, 'second version of listing'],
	[/^\/(s3|iceberg|vector|cdn)(\/|$)/, 'S3, analytics, vector and cache addresses'],
];

/**
 * Finds the handler; the path is still encoded, without `/storage/v1` and query. Throws the error response for other
 * paths.
 */
export function findRoute(
	method: string,
	path: string,
): { route: StorageRoute; bucket: string; key: string } {
	for (const [pattern, what] of ABSENT) if (pattern.test(path)) throw errors.notHere(what);
	for (const { methods, path: pattern, route } of TABLE) {
		const found = methods.includes(method) ? pattern.exec(path) : null;
		if (!found) continue;
		const { bucket = '', key = '' } = found.groups ?? {};
		return { route, bucket: decode(bucket), key: decode(key) };
	}
	throw errors.route(method, path);
}

/** Decode once: a key that is still encoded after that is invalid. */
function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		throw errors.validation(`'${part}' is not a valid url component`);
	}
}
