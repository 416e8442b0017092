import { z } from 'zod';
import { readBody, type Reply, type StorageCall } from '../context';
import { asService } from '../database';
import { describeObject, objectInfo, serveObject } from './download';
import { requireBucketName, requireKey } from './names';
import { findObject, type StoredObject } from './objects';
import { signAddress, verifyDownload } from '../signed-token';
import { errors } from '../http/storage-error';

const seconds = z
	.int()
	.min(1)
	.max(Number.MAX_SAFE_INTEGER / 2000);
const signing = z.object({ expiresIn: seconds });
const signingMany = z.object({
	expiresIn: seconds,
	paths: z.array(z.string()).min(1).max(1000),
});
const listing = z.object({
	prefix: z.string(),
	limit: z.int().min(1).optional(),
	offset: z.int().min(0).optional(),
	search: z.string().optional(),
	sortBy: z
		.object({
			column: z.enum(['name', 'updated_at', 'created_at', 'last_accessed_at']),
			order: z.enum(['asc', 'desc', '']).optional(),
		})
		.optional(),
});

/** `GET` and `HEAD /object/[authenticated/]<bucket>/<key>`: by the policies, unless the bucket is public. */
export async function getObject(call: StorageCall): Promise<Reply> {
	const object = await findReadable(call);
	return call.request.method === 'HEAD' ? describeObject(object) : await serveObject(call, object);
}

/** `GET` and `HEAD /object/public/<bucket>/<key>` */
export async function getPublicObject(call: StorageCall): Promise<Reply> {
	const isPublic = await findBucketAccess(call);
	if (call.request.method === 'HEAD') {
		if (isPublic === undefined) throw errors.bucketNotFound();
	} else if (!isPublic) throw errors.bucketNotFound();
	const object = await find(call, 'service');
	return call.request.method === 'HEAD' ? describeObject(object) : await serveObject(call, object);
}

/** `GET /object/info/[authenticated/]<bucket>/<key>` */
export async function getInfo(call: StorageCall): Promise<Reply> {
	return objectInfo(await findReadable(call));
}

/**
 * `GET /object/sign/<bucket>/<key>?token=`: no policy is evaluated, because the token was signed for someone who may
 * read the object.
 */
export async function getSignedObject(call: StorageCall): Promise<Reply> {
	const token = call.query.get('token');
	if (token === null) throw errors.validation("querystring must have required property 'token'");
	requireBucketName(call.bucket);
	const ends = verifyDownload(token, `${call.bucket}/${call.key}`, call.keys.jwtSecret);
	return await serveObject(call, await find(call, 'service'), ends);
}

/** `POST /object/sign/<bucket>/<key>` */
export async function signObject(call: StorageCall): Promise<Reply> {
	const { expiresIn } = await readBody(call, signing);
	requireBucketName(call.bucket);
	await find(call, 'caller');
	return { json: { signedURL: signedPath(call, call.key, expiresIn) } };
}

/** `POST /object/sign/<bucket>`: many at once, each with its own error. */
export async function signObjects(call: StorageCall): Promise<Reply> {
	const { expiresIn, paths } = await readBody(call, signingMany);
	requireBucketName(call.bucket);
	const rows = await call.database.as(
		call.scope,
		(sql) =>
			sql`select name from storage.objects where bucket_id = ${call.bucket} and name = any(${paths}::text[])`,
	);
	const names = new Set(rows.map((row) => String(row.name)));
	const json = paths.map((path) =>
		names.has(path)
			? { error: null, path, signedURL: signedPath(call, path, expiresIn) }
			: {
					error: 'Either the object does not exist or you do not have access to it',
					path,
					signedURL: null,
				},
	);
	return { json };
}

/** `POST /object/list/<bucket>` */
export async function listObjects(call: StorageCall): Promise<Reply> {
	const { prefix, limit = 100, offset = 0, search = '', sortBy } = await readBody(call, listing);
	requireBucketName(call.bucket);
	const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
	const levels = `${folder}${search}`.split('/').length;
	const rows = await call.database.as(
		call.scope,
		(sql) => sql`
			select * from storage.search(
				${folder}, ${call.bucket}, ${limit}, ${levels}, ${offset}, ${search},
				${sortBy?.column ?? 'name'}, ${sortBy?.order || 'asc'}
			)`,
	);
	return { json: rows.map((row) => row) };
}

function signedPath({ bucket, keys }: StorageCall, key: string, expiresIn: number): string {
	const url = `${bucket}/${key}`;
	const token = signAddress({ url, scope: 'download' }, expiresIn, keys.jwtSecret);
	return `/object/sign/${url}?token=${token}`;
}

async function findReadable(call: StorageCall): Promise<StoredObject> {
	const isPublic = await findBucketAccess(call);
	if (isPublic === undefined || !(isPublic || call.caller.authenticated))
		throw errors.bucketNotFound();
	return await find(call, isPublic ? 'service' : 'caller');
}

async function find(call: StorageCall, as: 'caller' | 'service'): Promise<StoredObject> {
	requireBucketName(call.bucket);
	requireKey(call.key);
	const scope = as === 'service' ? asService(call.scope) : call.scope;
	return await call.database.as(scope, (sql) => findObject(sql, call.bucket, call.key));
}

/** Whether the bucket is public; undefined if there is none. */
async function findBucketAccess({
	database,
	scope,
	bucket,
}: StorageCall): Promise<boolean | undefined> {
	const [found] = await database.as(
		asService(scope),
		(sql) => sql`select public from storage.buckets where id = ${bucket}`,
	);
	return found ? found.public === true : undefined;
}
