import { z } from 'zod';
import type { Environment } from './environment.ts';

const BUCKET = 'support-attachments';
/** The time limit of a download; the platform ends a call after 150 s. */
const READ_TIMEOUT_MS = 60_000;
const REMOVE_TIMEOUT_MS = 30_000;
const SIGN_TIMEOUT_MS = 10_000;

const signed = z.array(z.object({ path: z.string(), signedURL: z.string().nullable() }));

/** The bucket of the attachments, with the project's secret key. Its methods throw if Storage cannot be reached. */
export interface FileStorage {
	/**
	 * The object's bytes; null without an object. Of an object longer than `limit` (in bytes), only so many bytes that
	 * this is evident.
	 */
	read(path: string, limit: number): Promise<Uint8Array | null>;
	/** Removes objects; missing ones cause no error. */
	remove(paths: string[]): Promise<void>;
	/**
	 * Addresses by path, relative to the address of Storage, that work for `seconds`; paths without an object have
	 * none.
	 */
	sign(paths: string[], seconds: number): Promise<Map<string, string>>;
}

export function connectStorage({
	supabaseUrl,
	secretKey,
}: Pick<Environment, 'supabaseUrl' | 'secretKey'>): FileStorage {
	const headers = { apikey: secretKey, authorization: `Bearer ${secretKey}` };
	const base = `${supabaseUrl}/storage/v1/object`;
	return {
		async read(path, limit) {
			const response = await fetch(`${base}/authenticated/${BUCKET}/${path}`, {
				// Request uncompressed bytes: a compressed response has another content-length.
				headers: { ...headers, 'accept-encoding': 'identity' },
				signal: AbortSignal.timeout(READ_TIMEOUT_MS),
			});
			if (response.ok) return await readUpTo(response, limit + 1);
			// Storage responds with 400 if an object is not found, and has the real status in the body.
			const problem = await response.text();
			if (response.status === 404 || /not_found|"404"|NoSuchKey/.test(problem)) return null;
			throw new Error(`Storage answered ${response.status}`);
		},
		async remove(paths) {
			if (paths.length === 0) return;
			const response = await fetch(`${base}/${BUCKET}`, {
				method: 'DELETE',
				headers: { ...headers, 'content-type': 'application/json' },
				body: JSON.stringify({ prefixes: paths }),
				signal: AbortSignal.timeout(REMOVE_TIMEOUT_MS),
			});
			await response.body?.cancel();
			if (!response.ok) throw new Error(`Storage answered ${response.status}`);
		},
		async sign(paths, seconds) {
			const response = await fetch(`${base}/sign/${BUCKET}`, {
				method: 'POST',
				headers: { ...headers, 'content-type': 'application/json' },
				body: JSON.stringify({ expiresIn: seconds, paths }),
				signal: AbortSignal.timeout(SIGN_TIMEOUT_MS),
			});
			if (!response.ok) {
				await response.body?.cancel();
				throw new Error(`Storage answered ${response.status}`);
			}
			const rows = signed.parse(await response.json());
			return new Map(rows.flatMap(({ path, signedURL }) => (signedURL ? [[path, signedURL]] : [])));
		},
	};
}

/** Whatever the headers are, never keep more than the limit. */
async function readUpTo(response: Response, limit: number): Promise<Uint8Array> {
	const kept = new Uint8Array(
		Math.min(limit, Number(response.headers.get('content-length')) || limit),
	);
	let length = 0;
	for await (const chunk of chunksOf(response)) {
		const part = chunk.subarray(0, kept.length - length);
		kept.set(part, length);
		length += part.length;
		if (part.length < chunk.length) break;
	}
	return kept.subarray(0, length);
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
	const reader = body?.getReader();
	if (!reader) return;
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			yield value;
		}
	} finally {
		await reader.cancel();
	}
}
