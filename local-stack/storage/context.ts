import { type FileHandle } from 'node:fs/promises';
import { type IncomingMessage } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import { type z } from 'zod';
import { type ProjectKeys } from '../stack/project-keys';
import { type ByteStore } from './objects/bytes';
import { type StorageCaller } from './caller';
import { type Scope, type StorageDatabase } from './database';
import { errors } from './http/storage-error';

/** The values that every handler needs. */
export interface StorageDeps {
	database: StorageDatabase;
	bytes: ByteStore;
	keys: ProjectKeys;
}

/** One parsed request. */
export interface StorageCall extends StorageDeps {
	request: IncomingMessage;
	caller: StorageCaller;
	/** The caller's role and claims, for the database. */
	scope: Scope;
	bucket: string;
	key: string;
	query: URLSearchParams;
}

/** The result of a handler: JSON with status 200, or a file. */
export type Reply = { json: unknown } | FileReply;

/** Reads the JSON body in the shape that the route asks for. */
export async function readBody<T>(
	{ request }: { request: IncomingMessage },
	shape: z.ZodType<T>,
): Promise<T> {
	const body: unknown = await readJson(request).catch(() => {
		throw errors.validation('Body is not valid JSON');
	});
	const parsed = shape.safeParse(body);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw errors.validation(`body/${issue?.path.join('/') ?? ''} ${issue?.message ?? 'is invalid'}`);
}

/** A header as one text. */
export function headerOf({ request }: StorageCall, name: string): string | undefined {
	const value = request.headers[name];
	return Array.isArray(value) ? value.join(', ') : value;
}

/** A file or a part of it; without `file`, only its headers. */
export interface FileReply {
	status: number;
	headers: Record<string, string>;
	file?: { handle: FileHandle; start: number; end: number };
}
