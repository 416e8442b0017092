import { Readable } from 'node:stream';
import { type JsonObject, parseObject } from '../../realtime/wire/json';
import { headerOf, type StorageCall } from '../context';
import { requireAllowedType } from '../objects/names';
import { readRequestBody } from './request-body';
import { errors, StorageError } from './storage-error';

/** A file that is being uploaded. */
export interface UploadSource {
	body: Readable;
	mimeType: string;
	cacheControl: string;
	/** As declared by the request, which may be wrong. */
	declaredLength: number | undefined;
	userMetadata: JsonObject | undefined;
}

export interface UploadRules {
	limit: number;
	types: string[];
}

const MAX_METADATA = 1024 * 1024;
/** Boundaries, part headers and the other fields of a form. */
const FORM_OVERHEAD = MAX_METADATA + 64 * 1024;

/** Finds the file in a request: the body itself, or the file of a form (as a browser's Blob is sent by storage-js). */
export async function readUploadSource(
	call: StorageCall,
	rules: UploadRules,
): Promise<UploadSource> {
	const type = headerOf(call, 'content-type');
	const declared = Number(headerOf(call, 'content-length') ?? 'none');
	const declaredLength = Number.isFinite(declared) ? declared : undefined;
	if (type?.startsWith('multipart/form-data'))
		return { ...(await readForm(call, type, rules)), declaredLength };

	const mimeType = type ?? 'application/octet-stream';
	requireAllowedType(mimeType, rules.types);
	if (declaredLength !== undefined && declaredLength > rules.limit) throw errors.tooLarge();
	return {
		body: readRequestBody(call.request),
		mimeType,
		cacheControl: headerOf(call, 'cache-control') ?? 'no-cache',
		declaredLength,
		userMetadata: metadataOfHeader(headerOf(call, 'x-metadata')),
	};
}

/** The user's metadata in a header, as JSON in base64; anything else is ignored. */
export function metadataOfHeader(header: string | undefined): JsonObject | undefined {
	return header === undefined
		? undefined
		: parseObject(Buffer.from(header, 'base64').toString('utf8'));
}

async function readForm(
	call: StorageCall,
	type: string,
	rules: UploadRules,
): Promise<Omit<UploadSource, 'declaredLength'>> {
	// Read into memory, because the limit is small enough. The real service streams it.
	const form = await parseForm(call, type, rules.limit);
	const file = [...form.values()].find((value) => value instanceof File);
	if (!file) throw errors.noContent();
	const text = (name: string): string | undefined => {
		const value = form.get(name);
		return typeof value === 'string' ? value : undefined;
	};
	const mimeType = text('contentType') || file.type || 'application/octet-stream';
	requireAllowedType(mimeType, rules.types);
	if (file.size > rules.limit) throw errors.tooLarge();
	const metadata = text('metadata') ?? text('userMetadata');
	if (metadata !== undefined && Buffer.byteLength(metadata) > MAX_METADATA)
		throw errors.metadataTooLarge();
	const seconds = text('cacheControl');
	return {
		body: Readable.from([Buffer.from(await file.arrayBuffer())]),
		mimeType,
		cacheControl: seconds ? `max-age=${seconds}` : 'no-cache',
		userMetadata: metadata === undefined ? undefined : parseObject(metadata),
	};
}

async function parseForm({ request }: StorageCall, type: string, limit: number): Promise<FormData> {
	const chunks: Buffer[] = [];
	let size = 0;
	try {
		for await (const chunk of readRequestBody(request)) {
			if (!Buffer.isBuffer(chunk)) continue;
			size += chunk.length;
			if (size > limit + FORM_OVERHEAD) throw errors.tooLarge();
			chunks.push(chunk);
		}
		const whole = Buffer.concat(chunks);
		return await new Response(whole, { headers: { 'content-type': type } }).formData();
	} catch (error) {
		throw error instanceof StorageError ? error : errors.noContent();
	}
}
