import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { errors } from '../http/storage-error';

export interface StoredBytes {
	version: string;
	size: number;
	/** Hex. */
	md5: string;
}

/** Files on disk, one for each version of an object. Their names are generated: no part of a key gets into a path. */
export interface ByteStore {
	/** Stores a stream. Throws, and keeps nothing, if it is interrupted or longer than `limit` bytes. */
	write(source: Readable, limit: number): Promise<StoredBytes>;
	/** Copies a file; returns the version of the copy. */
	copy(version: string | null): Promise<string>;
	/** The open file, to be closed by the caller; undefined if there is none. */
	open(version: string | null): Promise<FileHandle | undefined>;
	/** Removes a file; a missing one is no error. */
	remove(versions: (string | null | undefined)[]): Promise<void>;
}

const DRAFT = '.part';
// The column has any text that SQL wrote into it.
const safeVersion = z.uuid();

/** Opens the store and creates its directory; removes incomplete files of a killed stack. */
export async function openByteStore(directory: string): Promise<ByteStore> {
	await mkdir(directory, { recursive: true });
	for (const name of await readdir(directory))
		if (name.endsWith(DRAFT)) await rm(join(directory, name), { force: true });
	const pathOf = (version: string | null | undefined): string | undefined => {
		const safe = safeVersion.safeParse(version);
		return safe.success ? join(directory, safe.data.toLowerCase()) : undefined;
	};
	return {
		async write(source, limit) {
			const version = randomUUID();
			const draft = join(directory, `${version}${DRAFT}`);
			const counter = countBytes(limit);
			try {
				await pipeline(source, counter.stream, createWriteStream(draft));
				await rename(draft, join(directory, version));
			} catch (error) {
				await rm(draft, { force: true });
				throw error;
			}
			return { version, ...counter.result() };
		},
		async copy(version) {
			const from = pathOf(version);
			if (!from) throw errors.bytesNotFound();
			const made = randomUUID();
			await copyFile(from, join(directory, made)).catch(() => {
				throw errors.bytesNotFound();
			});
			return made;
		},
		async open(version) {
			const path = pathOf(version);
			return path === undefined ? undefined : await open(path).catch(() => undefined);
		},
		async remove(versions) {
			const found = versions.map(pathOf).filter((path) => path !== undefined);
			await Promise.all(found.map((path) => rm(path, { force: true })));
		},
	};
}

function countBytes(limit: number) {
	const hash = createHash('md5');
	let size = 0;
	const stream = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			size += chunk.length;
			hash.update(chunk);
			if (size > limit) done(errors.tooLarge());
			else done(null, chunk);
		},
	});
	return { stream, result: () => ({ size, md5: hash.digest('hex') }) };
}
