import { z } from 'zod';
import { type FileReply, headerOf, type Reply, type StorageCall } from '../context';
import { type StoredObject } from './objects';
import { errors } from '../http/storage-error';

const facts = z.object({
	eTag: z.string().catch('""'),
	size: z.coerce.number().catch(0),
	mimetype: z.string().catch('application/octet-stream'),
	cacheControl: z.string().catch('no-cache'),
	lastModified: z.coerce.date().catch(new Date(0)),
});
type Facts = z.infer<typeof facts>;

/** Serves an object's bytes: whole, in part, or 304. `expires` belongs to a signed address, in seconds since 1970. */
export async function serveObject(
	call: StorageCall,
	object: StoredObject,
	expires?: number,
): Promise<FileReply> {
	const about = factsOf(object);
	if (isUnchanged(call, about)) return { status: 304, headers: {} };
	const handle = await call.bytes.open(object.version);
	if (!handle) throw errors.bytesNotFound();
	try {
		const { size } = await handle.stat();
		const asked = headerOf(call, 'range');
		const part = asked === undefined ? { start: 0, end: size - 1 } : parseRange(asked, size);
		const headers = {
			...commonHeaders(about),
			'content-length': String(part.end - part.start + 1),
			...(expires === undefined
				? { 'cache-control': about.cacheControl }
				: { expires: new Date(expires * 1000).toUTCString() }),
			...(asked === undefined
				? {}
				: { 'content-range': `bytes ${part.start}-${part.end}/${size}` }),
			...disposition(call.query.get('download')),
		};
		requireHeaderText(headers);
		return { status: asked === undefined ? 200 : 206, headers, file: { handle, ...part } };
	} catch (error) {
		await handle.close();
		throw error;
	}
}

/** The headers of an object, for HEAD. */
export function describeObject(object: StoredObject): FileReply {
	const about = factsOf(object);
	const headers = {
		...commonHeaders(about),
		'content-length': String(about.size),
		'cache-control': about.cacheControl,
	};
	requireHeaderText(headers);
	return { status: 200, headers };
}

/** The metadata of an object, as JSON. */
export function objectInfo(object: StoredObject): Reply {
	const about = factsOf(object);
	return {
		json: {
			id: object.id,
			name: object.name,
			version: object.version,
			bucket_id: object.bucket_id,
			size: about.size,
			content_type: about.mimetype,
			cache_control: about.cacheControl,
			etag: about.eTag,
			metadata: object.user_metadata,
			last_modified: object.updated_at,
			created_at: object.created_at,
		},
	};
}

function factsOf(object: StoredObject): Facts {
	return facts.parse(object.metadata ?? {});
}

function commonHeaders(about: Facts): Record<string, string> {
	return {
		'accept-ranges': 'bytes',
		// A user's page would run on the API's own origin.
		'content-type': about.mimetype.includes('text/html') ? 'text/plain' : about.mimetype,
		etag: about.eTag,
		'last-modified': about.lastModified.toUTCString(),
		'x-robots-tag': 'none',
	};
}

function isUnchanged(call: StorageCall, about: Facts): boolean {
	const known = headerOf(call, 'if-none-match');
	if (known !== undefined) return known === '*' || known === about.eTag;
	const since = Date.parse(headerOf(call, 'if-modified-since') ?? '');
	// The header has whole seconds.
	return Math.floor(about.lastModified.getTime() / 1000) * 1000 <= since;
}

function disposition(download: string | null): Record<string, string> {
	if (download === null) return {};
	if (download === '') return { 'content-disposition': 'attachment;' };
	const name = encodeURIComponent(download);
	return { 'content-disposition': `attachment; filename=${name}; filename*=UTF-8''${name}` };
}

/** A type or a cache time comes from the uploader, and may contain characters that are invalid in a header. */
function requireHeaderText(headers: Record<string, string>): void {
	for (const [name, value] of Object.entries(headers))
		if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw errors.header(name, value);
}

/** The first and the last byte of one `Range`; throws 416 unless it is one range inside the file. */
function parseRange(header: string, size: number): { start: number; end: number } {
	const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
	if (from === '' && to === '') throw errors.range();
	const start = from === '' ? Math.max(size - Number(to), 0) : Number(from);
	const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
	if (start >= size || end < start || (from === '' && Number(to) === 0)) throw errors.range();
	return { start, end };
}
