import { z } from 'zod';
import { readBody, type Reply, type StorageCall } from './context';
import { asService, become } from './database';
import { requireBucketName, requireTypePatterns } from './objects/names';
import { errors, StorageError } from './http/storage-error';
import { GLOBAL_SIZE_LIMIT } from './objects/upload';

const rules = {
	public: z.boolean().nullish(),
	file_size_limit: z.union([z.number(), z.string()]).nullish(),
	allowed_mime_types: z.array(z.string()).nullish(),
};
const creation = z.object({
	name: z.string(),
	id: z.string().optional(),
	type: z.literal('STANDARD').optional(),
	...rules,
});
const change = z.object(rules);
const listing = z.object({
	limit: z.coerce.number().int().min(1).optional(),
	offset: z.coerce.number().int().min(0).optional(),
	sortColumn: z.enum(['id', 'name', 'created_at', 'updated_at']).optional(),
	sortOrder: z.enum(['asc', 'desc']).optional(),
	search: z.string().optional(),
});
const bucketRow = z.looseObject({ file_size_limit: z.coerce.number().nullable() });
const UNITS: Record<string, number> = { GB: 1e9, MB: 1e6, KB: 1e3, B: 1 };

/** `POST /bucket` */
export async function createBucket(call: StorageCall): Promise<Reply> {
	const { name, id = name, ...given } = await readBody(call, creation);
	requireBucketName(name);
	const columns = { id, name, ...ruleColumns(given), public: given.public ?? false };
	const { owner } = call.caller;
	await call.database
		.as(
			call.scope,
			(sql) => sql`
				insert into storage.buckets ${sql({ ...columns, ...(owner && { owner, owner_id: owner }) })}`,
		)
		.catch((error: unknown) => {
			const taken = error instanceof StorageError && error.body.code === 'ResourceAlreadyExists';
			throw taken ? errors.bucketExists() : error;
		});
	return { json: { name } };
}

/** `GET /bucket` */
export async function listBuckets(call: StorageCall): Promise<Reply> {
	const asked = listing.safeParse(Object.fromEntries(call.query));
	if (!asked.success) throw errors.validation('querystring is invalid');
	const { limit, offset = 0, sortColumn, sortOrder, search = '' } = asked.data;
	const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
	const rows = await call.database.as(
		call.scope,
		(sql) => sql`
			select id, name, public, owner, created_at, updated_at, file_size_limit, allowed_mime_types, type
			from storage.buckets where name ilike ${pattern}
			${sortColumn ? sql`order by ${sql(sortColumn)} ${sortOrder === 'desc' ? sql`desc` : sql`asc`}` : sql``}
			limit ${limit ?? null} offset ${offset}`,
	);
	return { json: rows.map((row) => bucketRow.parse(row)) };
}

/** `GET /bucket/<id>` */
export async function getBucket({ database, scope, bucket }: StorageCall): Promise<Reply> {
	const [found] = await database.as(
		scope,
		(sql) => sql`
			select id, name, owner, public, created_at, updated_at, file_size_limit, allowed_mime_types
			from storage.buckets where id = ${bucket}`,
	);
	if (!found) throw errors.bucketNotFound();
	return { json: bucketRow.parse(found) };
}

/** `PUT /bucket/<id>` */
export async function updateBucket(call: StorageCall): Promise<Reply> {
	const given = await readBody(call, change);
	requireBucketName(call.bucket);
	const columns = { ...ruleColumns(given), ...(given.public != null && { public: given.public }) };
	if (Object.keys(columns).length === 0) throw errors.noContent();
	const changed = await call.database.as(
		call.scope,
		(sql) => sql`update storage.buckets set ${sql(columns)} where id = ${call.bucket} returning id`,
	);
	if (changed.length === 0) throw errors.bucketNotFound();
	return { json: { message: 'Successfully updated' } };
}

/** `DELETE /bucket/<id>`, which must be empty. */
export async function deleteBucket({ database, scope, bucket }: StorageCall): Promise<Reply> {
	await database.as(asService(scope), async (sql) => {
		const found = await sql`select id from storage.buckets where id = ${bucket} for update`;
		if (found.length === 0) throw errors.bucketNotFound();
		const inside = await sql`select from storage.objects where bucket_id = ${bucket} limit 1`;
		if (inside.length > 0) throw errors.bucketNotEmpty();
		await become(sql, scope);
		const deleted = await sql`delete from storage.buckets where id = ${bucket}`;
		if (deleted.count === 0) throw errors.bucketNotFound();
	});
	return { json: { message: 'Successfully deleted' } };
}

/** `POST /bucket/<id>/empty`: at once here; the real service uses a queue. */
export async function emptyBucket(call: StorageCall): Promise<Reply> {
	await getBucket(call);
	const rows = await call.database.as(
		asService(call.scope),
		(sql) => sql`delete from storage.objects where bucket_id = ${call.bucket} returning version`,
	);
	await call.bytes.remove(rows.map((row) => String(row.version)));
	return {
		json: { message: 'Empty bucket has been queued. Completion may take up to an hour.' },
	};
}

function ruleColumns(given: z.infer<typeof change>) {
	const { file_size_limit: limit, allowed_mime_types: types } = given;
	const patterns = types?.filter((type) => type !== '') ?? types;
	if (patterns) requireTypePatterns(patterns);
	return {
		...(limit === undefined ? {} : { file_size_limit: limit === null ? null : bytesOf(limit) }),
		...(patterns === undefined ? {} : { allowed_mime_types: patterns }),
	};
}

/** `10MB` is 10 million bytes, as in the real service. */
function bytesOf(limit: number | string): number {
	const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(gb|mb|kb|b)$/i.exec(String(limit)) ?? [];
	const factor = UNITS[unit.toUpperCase()];
	if (typeof limit === 'string' && (!amount || !factor)) throw errors.sizeFormat();
	const bytes = typeof limit === 'number' ? limit : Number(amount) * (factor ?? 1);
	if (bytes > GLOBAL_SIZE_LIMIT) throw errors.tooLarge();
	return Math.floor(bytes);
}
