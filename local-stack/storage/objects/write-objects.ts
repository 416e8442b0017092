import { z } from 'zod';
import { headerOf, readBody, type Reply, type StorageCall } from '../context';
import { asService, become } from '../database';
import { requireBucketName } from './names';
import { deleteObjects, findObject } from './objects';
import { signAddress, verifyUpload } from '../signed-token';
import { errors } from '../http/storage-error';
import { isUpsert, storeUpload, testUpload } from './upload';
import { metadataOfHeader } from '../http/upload-source';

/** The lifetime of an address for uploading: two hours, as on hosted. */
const UPLOAD_ADDRESS_SECONDS = 7200;

const removal = z.object({ prefixes: z.array(z.string()).min(1).max(1000) });
/** `POST /object/<bucket>/<key>`, and `PUT`, which replaces an existing object. */
export async function uploadObject(call: StorageCall): Promise<Reply> {
	const upsert = call.request.method === 'PUT' || isUpsert(call);
	const row = await storeUpload(call, { owner: call.caller.owner, scope: call.scope, upsert });
	return { json: { Id: row.id, Key: `${call.bucket}/${call.key}` } };
}

/** `POST /object/upload/sign/<bucket>/<key>` */
export async function signUpload(call: StorageCall): Promise<Reply> {
	const { bucket, key, caller } = call;
	requireBucketName(bucket);
	const upsert = isUpsert(call);
	const mimetype = headerOf(call, 'content-type');
	await testUpload(
		call,
		{ scope: call.scope, upsert },
		{
			bucket,
			key,
			owner: caller.owner,
			version: '1',
			metadata: mimetype === undefined ? {} : { mimetype },
			userMetadata: metadataOfHeader(headerOf(call, 'x-metadata')),
		},
	);
	const token = signAddress(
		{
			url: `${bucket}/${key}`,
			scope: 'upload',
			upsert,
			...(caller.owner && { owner: caller.owner }),
		},
		UPLOAD_ADDRESS_SECONDS,
		call.keys.jwtSecret,
	);
	return { json: { url: `/object/upload/sign/${bucket}/${key}?token=${token}`, token } };
}

/** `PUT /object/upload/sign/<bucket>/<key>?token=` */
export async function uploadSigned(call: StorageCall): Promise<Reply> {
	const token = call.query.get('token');
	if (token === null) throw errors.validation("querystring must have required property 'token'");
	const url = `${call.bucket}/${call.key}`;
	const { owner, upsert } = verifyUpload(token, url, call.keys.jwtSecret);
	await storeUpload(call, { owner, upsert, scope: asService(call.scope) });
	return { json: { Key: url } };
}

/** `DELETE /object/<bucket>/<key>` */
export async function removeObject(call: StorageCall): Promise<Reply> {
	const { bucket, key, database, scope } = call;
	requireBucketName(bucket);
	const found = await database.as(asService(scope), async (sql) => {
		const object = await findObject(sql, bucket, key, 'for update');
		await become(sql, scope);
		if ((await deleteObjects(sql, bucket, [key])).length === 0)
			throw errors.denied('Access denied');
		return object;
	});
	await call.bytes.remove([found.version]);
	return { json: { message: 'Successfully deleted' } };
}

/** `DELETE /object/<bucket>` with a list: objects that the caller may not delete stay without an error. */
export async function removeObjects(call: StorageCall): Promise<Reply> {
	const { prefixes } = await readBody(call, removal);
	requireBucketName(call.bucket);
	const rows = await call.database.as(call.scope, (sql) =>
		deleteObjects(sql, call.bucket, prefixes),
	);
	await call.bytes.remove(rows.map(({ version }) => version));
	return { json: rows };
}
