import type postgres from 'postgres';
import { z } from 'zod';
import { errors } from '../http/storage-error';

const time = z.date().nullable();
const json = z.record(z.string(), z.unknown()).nullable();
const objectRow = z.object({
	id: z.string(),
	name: z.string(),
	bucket_id: z.string(),
	owner: z.string().nullable(),
	owner_id: z.string().nullable(),
	version: z.string().nullable(),
	created_at: time,
	updated_at: time,
	last_accessed_at: time,
	metadata: json,
	user_metadata: json,
});

/** A row of `storage.objects` in the format of the API. */
export type StoredObject = z.infer<typeof objectRow>;

/** The values that the writer of a row supplies. */
export interface ObjectDraft {
	bucket: string;
	key: string;
	owner: string | undefined;
	version: string;
	metadata?: Record<string, unknown> | null;
	userMetadata?: Record<string, unknown> | null;
}

type Sql = postgres.TransactionSql;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Without `returning`, so that an insert needs no select policy. */
export async function insertObject(sql: Sql, draft: ObjectDraft): Promise<void> {
	await sql`insert into storage.objects ${sql(toColumns(sql, draft))}`;
}

/** With `returning`, which also evaluates the select policies. */
export async function upsertObject(sql: Sql, draft: ObjectDraft): Promise<StoredObject> {
	const columns = toColumns(sql, draft);
	const { name: _name, bucket_id: _bucket, ...changes } = columns;
	const rows = await sql`
		insert into storage.objects ${sql(columns)}
		on conflict (name, bucket_id) do update set ${sql(changes)} returning *`;
	return objectRow.parse(rows[0]);
}

/** Gives an object another name, bucket or content. Throws NoSuchKey. */
export async function updateObject(
	sql: Sql,
	at: { bucket: string; key: string },
	draft: ObjectDraft,
): Promise<StoredObject> {
	const rows = await sql`
		update storage.objects set ${sql(toColumns(sql, draft))}
		where bucket_id = ${at.bucket} and name = ${at.key} returning *`;
	return first(rows);
}

/** Throws NoSuchKey for missing objects, and for those that the role may not see. */
export async function findObject(
	sql: Sql,
	bucket: string,
	key: string,
	lock: 'for update' | 'no lock' = 'no lock',
): Promise<StoredObject> {
	return first(
		await sql`
			select * from storage.objects where bucket_id = ${bucket} and name = ${key}
			${lock === 'for update' ? sql`for update` : sql``}`,
	);
}

export async function deleteObjects(
	sql: Sql,
	bucket: string,
	keys: string[],
): Promise<StoredObject[]> {
	const rows = await sql`
		delete from storage.objects where bucket_id = ${bucket} and name = any(${keys}::text[]) returning *`;
	return z.array(objectRow).parse(rows.map((row) => row));
}

/** One writer of a path at a time; the lock ends with the transaction. */
export async function lockPath(sql: Sql, bucket: string, key: string): Promise<void> {
	await sql`select pg_advisory_xact_lock(hashtextextended(${`${bucket}/${key}`}, 0))`;
}

function first(rows: readonly unknown[]): StoredObject {
	if (rows.length === 0) throw errors.objectNotFound();
	return objectRow.parse(rows[0]);
}

function toColumns(sql: Sql, { bucket, key, owner, version, ...draft }: ObjectDraft) {
	return {
		name: key,
		bucket_id: bucket,
		version,
		...(owner === undefined ? {} : { owner_id: owner }),
		...(owner !== undefined && UUID.test(owner) ? { owner } : {}),
		...(draft.metadata ? { metadata: sql.json(z.json().parse(draft.metadata)) } : {}),
		...(draft.userMetadata ? { user_metadata: sql.json(z.json().parse(draft.userMetadata)) } : {}),
	};
}
