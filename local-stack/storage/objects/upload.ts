import { z } from 'zod';
import { headerOf, type StorageCall } from '../context';
import { asService, type Scope } from '../database';
import { isFolderPlaceholder, requireBucketName, requireKey } from './names';
import {
	findObject,
	insertObject,
	lockPath,
	type ObjectDraft,
	type StoredObject,
	upsertObject,
} from './objects';
import { errors, StorageError } from '../http/storage-error';
import { readUploadSource, type UploadSource } from '../http/upload-source';

/** `[storage] file_size_limit` in config.toml: 50 MiB. */
export const GLOBAL_SIZE_LIMIT = 50 * 1024 * 1024;

const bucketRules = z.object({
	file_size_limit: z.coerce.number().nullable(),
	allowed_mime_types: z.array(z.string()).nullable(),
});

interface Upload {
	/** The uploader, with whose rights the upload is checked. */
	owner: string | undefined;
	scope: Scope;
	upsert: boolean;
}

/** Stores the request's file under the call's bucket and key. */
export async function storeUpload(call: StorageCall, upload: Upload): Promise<StoredObject> {
	const { bucket, key } = call;
	requireBucketName(bucket);
	const rules = await findRules(call);
	const source = await readUploadSource(call, rules);
	requireKey(key);
	const draft = { bucket, key, owner: upload.owner, userMetadata: source.userMetadata };
	await testUpload(call, upload, {
		...draft,
		version: '1',
		metadata: {
			mimetype: source.mimeType,
			...(source.declaredLength === undefined ? {} : { contentLength: source.declaredLength }),
		},
	});

	const stored = await writeBytes(call, source, rules.limit);
	return await putRow(call, {
		...draft,
		version: stored.version,
		userMetadata: source.userMetadata ?? {},
		metadata: describe(source, stored),
	});
}

/** Evaluates the policies for the caller before any byte is stored. A new object needs only `insert`. */
export async function testUpload(
	{ database }: StorageCall,
	{ scope, upsert }: Pick<Upload, 'scope' | 'upsert'>,
	draft: ObjectDraft,
): Promise<void> {
	await database
		.test(scope, (sql) => (upsert ? upsertObject(sql, draft) : insertObject(sql, draft)))
		.catch((error: unknown) => {
			const duplicate =
				error instanceof StorageError && error.body.code === 'ResourceAlreadyExists';
			throw duplicate && !upsert ? errors.keyExists() : error;
		});
}

/**
 * Writes the row with the service's rights, and removes the bytes that it replaces. The permission was checked before;
 * as in the real service it is not checked again, so of two simultaneous uploads the later one stays.
 */
export async function putRow(call: StorageCall, draft: ObjectDraft): Promise<StoredObject> {
	const { bytes, database } = call;
	const written = await database
		.as(asService(call.scope), async (sql) => {
			await lockPath(sql, draft.bucket, draft.key);
			const current = await findObject(sql, draft.bucket, draft.key, 'for update').catch(ifNone);
			return { row: await upsertObject(sql, draft), replaced: current?.version };
		})
		.catch(async (error: unknown) => {
			await bytes.remove([draft.version]);
			throw error;
		});
	await bytes.remove([written.replaced]);
	return written.row;
}

/** Does the call allow to replace an existing object? */
export function isUpsert(call: StorageCall): boolean {
	return headerOf(call, 'x-upsert') === 'true';
}

async function findRules({ database, scope, bucket, key }: StorageCall) {
	const [found] = await database.as(
		asService(scope),
		(sql) =>
			sql`select file_size_limit, allowed_mime_types from storage.buckets where id = ${bucket}`,
	);
	if (!found) throw errors.bucketNotFound();
	if (isFolderPlaceholder(key)) return { limit: 0, types: [] };
	const rules = bucketRules.parse(found);
	return {
		limit: Math.min(rules.file_size_limit ?? GLOBAL_SIZE_LIMIT, GLOBAL_SIZE_LIMIT),
		types: rules.allowed_mime_types ?? [],
	};
}

async function writeBytes({ bytes }: StorageCall, { body }: UploadSource, limit: number) {
	return await bytes.write(body, limit).catch((error: unknown) => {
		throw error instanceof StorageError ? error : errors.noContent();
	});
}

function describe(source: UploadSource, stored: { size: number; md5: string }) {
	return {
		eTag: `"${stored.md5}"`,
		size: stored.size,
		mimetype: source.mimeType,
		cacheControl: source.cacheControl,
		lastModified: new Date().toISOString(),
		contentLength: stored.size,
		httpStatusCode: 200,
	};
}

function ifNone(error: unknown): undefined {
	if (error instanceof StorageError && error.body.code === 'NoSuchKey') return undefined;
	throw error;
}
