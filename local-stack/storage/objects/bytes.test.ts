import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ByteStore, openByteStore } from './bytes';

let directory: string;
let store: ByteStore;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'storage-bytes-'));
	store = await openByteStore(directory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const bytes = (...parts: string[]) => Readable.from(parts.map((part) => Buffer.from(part)));

it('stores a complete stream, under its own name', async () => {
	const stored = await store.write(bytes('ab', 'c'), 3);
	expect(stored).toMatchObject({ size: 3, md5: '900150983cd24fb0d6963f7d28e17f72' });
	expect(await readdir(directory)).toEqual([stored.version]);
});

it('keeps nothing of a stream that is too long or interrupted', async () => {
	await expect(store.write(bytes('ab', 'cd'), 3)).rejects.toThrow('exceeded');
	const cut = Readable.from(
		(function* () {
			yield Buffer.from('half');
			throw new Error('gone');
		})(),
	);
	await expect(store.write(cut, 100)).rejects.toThrow('gone');
	expect(await readdir(directory)).toEqual([]);
});

it('removes incomplete files of a killed stack, and nothing else', async () => {
	const { version } = await store.write(bytes('whole'), 10);
	await writeFile(join(directory, 'a.part'), 'half');
	await openByteStore(directory);
	expect(await readdir(directory)).toEqual([version]);
});

it('opens and removes only files that it has named itself', async () => {
	await writeFile(join(directory, 'precious'), 'x');
	for (const name of ['precious', '../precious', './precious', null]) {
		expect(await store.open(name)).toBeUndefined();
		await store.remove([name]);
	}
	expect(await readdir(directory)).toEqual(['precious']);
});
