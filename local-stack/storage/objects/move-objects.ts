import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { headerOf, readBody, type Reply, type StorageCall } from '../context';
import { asService } from '../database';
import { requireBucketName, requireKey } from './names';
import { findObject, lockPath, type StoredObject, updateObject } from './objects';
import { isUpsert, putRow, testUpload } from './upload';
import { metadataOfHeader } from '../http/upload-source';

const twoPlaces = z.object({
	bucketId: z.string(),
	sourceKey: z.string(),
	destinationBucket: z.string().optional(),
	destinationKey: z.string(),
	copyMetadata: z.boolean().optional(),
	metadata: z
		.object({ cacheControl: z.string().optional(), mimetype: z.string().optional() })
		.optional(),
});

/** `POST /object/move`: as the caller, who needs select and update, and the policies' permission for the new path. */
export async function moveObject(call: StorageCall): Promise<Reply> {
	const { bucketId, sourceKey, destinationKey, ...body } = await readBody(call, twoPlaces);
	const target = body.destinationBucket ?? bucketId;
	requireBucketName(bucketId);
	requireKey(destinationKey);
	const from = { bucket: bucketId, key: sourceKey };
	const draft = { bucket: target, key: destinationKey, owner: call.caller.owner };
	await call.database.test(call.scope, async (sql) => {
		await findObject(sql, bucketId, sourceKey);
		await updateObject(sql, from, { ...draft, version: randomUUID() });
	});

	const answer = ({ id, name }: StoredObject): Reply => ({
		json: { message: 'Successfully moved', Id: id, Key: name },
	});
	const source = await call.database.as(asService(call.scope), (sql) =>
		findObject(sql, bucketId, sourceKey),
	);
	if (bucketId === target && sourceKey === destinationKey) return answer(source);
	const version = await call.bytes.copy(source.version);
	const moved = await call.database
		.as(asService(call.scope), async (sql) => {
			await lockPath(sql, target, destinationKey);
			return await updateObject(sql, from, { ...draft, version });
		})
		.catch(async (error: unknown) => {
			await call.bytes.remove([version]);
			throw error;
		});
	await call.bytes.remove([source.version]);
	return answer(moved);
}

/** `POST /object/copy`: the caller reads one path and uploads to the other. */
export async function copyObject(call: StorageCall): Promise<Reply> {
	const { bucketId, sourceKey, destinationKey, ...body } = await readBody(call, twoPlaces);
	const target = body.destinationBucket ?? bucketId;
	const keep = body.copyMetadata ?? true;
	requireBucketName(bucketId);
	requireKey(destinationKey);
	const source = await call.database.as(call.scope, (sql) => findObject(sql, bucketId, sourceKey));
	const draft = {
		bucket: target,
		key: destinationKey,
		owner: call.caller.owner,
		metadata: { ...source.metadata, ...(keep ? {} : body.metadata) },
		userMetadata: keep ? source.user_metadata : metadataOfHeader(headerOf(call, 'x-metadata')),
	};
	const upload = { scope: call.scope, upsert: isUpsert(call) };
	await testUpload(call, upload, { ...draft, version: '1' });
	const row = await putRow(call, { ...draft, version: await call.bytes.copy(source.version) });
	return { json: { Id: row.id, Key: `${target}/${destinationKey}`, ...row } };
}
