import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStack } from '../testing/stack';
import { apiClient } from '../testing/api-client';
import { makeDataDir } from '../testing/data-dir';
import { openStorageProject, png, type StorageProject } from './testing/storage-project';

let project: StorageProject;
beforeAll(async () => {
	project = await openStorageProject();
});
afterAll(() => project?.stop());

describe('removing', () => {
	it('removes the objects that the policies allow, and leaves the others without an error', async () => {
		const path = await project.upload();
		const byEve = await project.eve.storage.from('owned').remove([path]);
		expect(byEve).toMatchObject({ data: [], error: null });
		const byAda = await project.ada.storage.from('owned').remove([path, 'nothing/here.png']);
		expect(byAda.data).toMatchObject([{ name: path, bucket_id: 'owned' }]);
		expect((await project.ada.storage.from('owned').exists(path)).data).toBe(false);
	});

	it('of one path returns its error', async () => {
		const path = await project.upload('kept', 'strict');
		const denied = await project.request(`object/strict/${path}`, { method: 'DELETE' });
		expect(denied.status).toBe(400);
		expect(await denied.json()).toMatchObject({ statusCode: '403', message: 'Access denied' });
		const missing = await project.request('object/owned/none.png', { method: 'DELETE' });
		expect(await missing.json()).toMatchObject({ statusCode: '404', code: 'NoSuchKey' });
		const gone = await project.request(`object/owned/${await project.upload()}`, {
			method: 'DELETE',
		});
		expect(await gone.json()).toEqual({ message: 'Successfully deleted' });
	});
});

describe('moving and copying', () => {
	it('keeps the bytes and their type', async () => {
		const files = project.ada.storage.from('owned');
		const [from, to, copy] = [
			await project.upload('travels'),
			project.freshPath(),
			project.freshPath(),
		];
		expect((await files.move(from, to)).error).toBeNull();
		expect((await files.exists(from)).data).toBe(false);
		expect((await files.copy(to, copy)).data).toEqual({ path: `owned/${copy}` });
		for (const path of [to, copy]) {
			const { data } = await files.download(path);
			expect(data?.type).toBe('image/png');
			expect(await data?.text()).toBe('travels');
		}
	});

	it('into another user’s folder, another bucket or onto a file is refused', async () => {
		const files = project.ada.storage.from('owned');
		const [path, taken] = [await project.upload('stays'), await project.upload('taken')];
		const foreign = `${project.eveId}/gift.png`;
		expect((await files.move(path, foreign)).error).toMatchObject({ statusCode: '403' });
		expect((await files.copy(path, foreign)).error).toMatchObject({ statusCode: '403' });
		expect(
			(await files.move(path, project.freshPath(), { destinationBucket: 'closed' })).error,
		).toMatchObject({ statusCode: '403' });
		expect((await files.move(path, taken)).error).toMatchObject({ statusCode: '409' });
		expect((await files.copy(path, taken)).error).toMatchObject({ statusCode: '409' });
		expect((await project.eve.storage.from('owned').move(path, foreign)).error).toMatchObject({
			statusCode: '404',
		});
		expect(await (await files.download(path)).data?.text()).toBe('stays');
		expect(await (await files.download(taken)).data?.text()).toBe('taken');
	});
});

describe('buckets', () => {
	it('are created, changed, emptied and deleted with the secret key', async () => {
		const { storage } = project.service;
		const made = await storage.createBucket('made', {
			public: false,
			fileSizeLimit: '2MB',
			allowedMimeTypes: ['image/*'],
		});
		expect(made).toMatchObject({ data: { name: 'made' }, error: null });
		expect((await storage.createBucket('made')).error).toMatchObject({ statusCode: '409' });
		await storage.updateBucket('made', { public: true, fileSizeLimit: 10 });
		expect((await storage.getBucket('made')).data).toMatchObject({
			id: 'made',
			public: true,
			file_size_limit: 10,
			allowed_mime_types: ['image/*'],
		});
		expect((await storage.listBuckets()).data?.map(({ id }) => id)).toContain('made');
		await storage.from('made').upload('a.png', png('1'));
		expect((await storage.deleteBucket('made')).error).toMatchObject({ statusCode: '409' });
		expect((await storage.emptyBucket('made')).error).toBeNull();
		expect((await storage.deleteBucket('made')).error).toBeNull();
		expect((await storage.getBucket('made')).error).toMatchObject({ statusCode: '404' });
	});

	it('cannot be seen or created by other callers', async () => {
		for (const client of [project.ada, project.signedOut]) {
			expect((await client.storage.createBucket('mine')).error).toMatchObject({
				statusCode: '403',
			});
			expect((await client.storage.listBuckets()).data).toEqual([]);
			expect((await client.storage.deleteBucket('owned')).error).not.toBeNull();
			expect((await client.storage.emptyBucket('owned')).error).not.toBeNull();
		}
	});

	it('have names and limits that the service accepts', async () => {
		const { storage } = project.service;
		for (const name of ['with/slash', ' space', 'x'.repeat(101), 'käse'])
			expect((await storage.createBucket(name)).error).toMatchObject({
				statusCode: '400',
				message: 'Bucket name invalid',
			});
		expect(
			(await storage.createBucket('huge', { public: false, fileSizeLimit: '51GB' })).error,
		).toMatchObject({ statusCode: '413' });
	});
});

it('keeps the bytes over a restart, and only those that have a row', async () => {
	const data = await makeDataDir();
	const options = { dataDir: data.path };
	try {
		const first = await startTestStack(options);
		const files = apiClient(first.apiUrl, first.secretKey).storage;
		await files.createBucket('kept');
		await files.from('kept').upload('a.png', png('still here'));
		await files.from('kept').upload('b.png', png('old'));
		await files.from('kept').update('b.png', png('new'));
		await files.from('kept').upload('c.png', png('goes'));
		await files.from('kept').move('a.png', 'd/a.png');
		await files.from('kept').remove(['c.png']);
		await files.from('kept').upload('b.png', png('refused'));
		await first.stop();
		expect(await readdir(join(data.path, 'storage'))).toHaveLength(2);

		const second = await startTestStack(options);
		const kept = apiClient(second.apiUrl, second.secretKey).storage.from('kept');
		expect(await (await kept.download('d/a.png')).data?.text()).toBe('still here');
		expect(await (await kept.download('b.png')).data?.text()).toBe('new');
		await second.stop();
	} finally {
		await data.remove();
	}
});
