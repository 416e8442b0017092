import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorageProject, png, type StorageProject } from './testing/storage-project';

let project: StorageProject;
beforeAll(async () => {
	project = await openStorageProject();
});
afterAll(() => project?.stop());

describe('uploading', () => {
	it('needs only an insert policy, and stores type, size, owner and cache time', async () => {
		const path = project.freshPath();
		const { data, error } = await project.ada.storage.from('drop').upload(path, png('bytes'));
		expect(error).toBeNull();
		expect(data).toMatchObject({ path, fullPath: `drop/${path}` });
		const [row] = await project.stack
			.sql`select * from storage.objects where id = ${data?.id ?? ''}`;
		expect(row).toMatchObject({
			owner_id: project.adaId,
			owner: project.adaId,
			path_tokens: path.split('/'),
			metadata: { size: 5, mimetype: 'image/png', cacheControl: 'max-age=3600' },
		});
	});

	it('stores bytes unchanged, with the user’s own metadata', async () => {
		const path = project.freshPath();
		const { error } = await project.ada.storage
			.from('owned')
			.upload(path, new Uint8Array([0, 255]), {
				contentType: 'image/png',
				cacheControl: '60',
				metadata: { from: 'a test' },
			});
		expect(error).toBeNull();
		const { data } = await project.ada.storage.from('owned').info(path);
		expect(data).toMatchObject({
			name: path,
			size: 2,
			contentType: 'image/png',
			cacheControl: 'max-age=60',
			metadata: { from: 'a test' },
		});
		const file = await project.ada.storage.from('owned').download(path);
		expect(new Uint8Array((await file.data?.arrayBuffer()) ?? [])).toEqual(
			new Uint8Array([0, 255]),
		);
	});

	it('refuses a path that is taken, and keeps the existing file', async () => {
		const path = await project.upload('first');
		const { error } = await project.ada.storage.from('owned').upload(path, png('second'));
		expect(error).toMatchObject({
			status: 400,
			statusCode: '409',
			message: 'The resource already exists',
		});
		const { data } = await project.ada.storage.from('owned').download(path);
		expect(await data?.text()).toBe('first');
	});

	it('needs select and update as well to replace a file', async () => {
		const { storage } = project.ada;
		const refused = await storage.from('drop').upload(project.freshPath(), png(), { upsert: true });
		expect(refused.error).toMatchObject({ statusCode: '403' });
		const path = await project.upload();
		expect((await storage.from('owned').upload(path, png('2'), { upsert: true })).error).toBeNull();
		expect((await storage.from('owned').update(path, png('3'))).error).toBeNull();
		expect(await (await storage.from('owned').download(path)).data?.text()).toBe('3');
	});

	it('is refused to other users and signed-out callers, and stores nothing', async () => {
		for (const client of [project.eve, project.signedOut]) {
			const path = project.freshPath();
			const { error } = await client.storage.from('owned').upload(path, png());
			expect(error).toMatchObject({
				status: 400,
				statusCode: '403',
				message: 'new row violates row-level security policy',
			});
			const rows = await project.stack.sql`select from storage.objects where name = ${path}`;
			expect(rows).toHaveLength(0);
		}
	});

	it('to one path by many callers at once ends with one complete object', async () => {
		const path = project.freshPath();
		const contents = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(200_000));
		const answers = await Promise.all(
			contents.map((content) => project.ada.storage.from('owned').upload(path, png(content))),
		);
		expect(answers.some(({ error }) => error === null)).toBe(true);
		const rows = await project.stack.sql`select from storage.objects where name = ${path}`;
		expect(rows).toHaveLength(1);
		const { data } = await project.ada.storage.from('owned').download(path);
		expect(contents).toContain(await data?.text());
	});
});

describe('reading', () => {
	it('is allowed to the owner and the service role', async () => {
		const path = await project.upload();
		for (const client of [project.ada, project.service]) {
			const { data } = await client.storage.from('owned').download(path);
			expect(await data?.text()).toBe('not really');
			expect(data?.type).toBe('image/png');
			expect((await client.storage.from('owned').exists(path)).data).toBe(true);
		}
		for (const client of [project.eve, project.signedOut]) {
			expect((await client.storage.from('owned').download(path)).error).not.toBeNull();
			expect((await client.storage.from('owned').info(path)).error).not.toBeNull();
			expect((await client.storage.from('owned').exists(path)).data).toBe(false);
			expect((await client.storage.from('owned').list(project.adaId)).data).toEqual([]);
		}
	});

	it('is open to everyone in a public bucket, and to no one at the public address of a private one', async () => {
		const open = await project.upload('for all', 'open');
		const { data } = project.signedOut.storage.from('open').getPublicUrl(open);
		expect(await (await fetch(data.publicUrl)).text()).toBe('for all');
		const closed = project.ada.storage.from('owned').getPublicUrl(await project.upload());
		const answer = await fetch(closed.data.publicUrl);
		expect(answer.status).toBe(400);
		expect(await answer.json()).toMatchObject({ statusCode: '404', error: 'Bucket not found' });
	});

	it('lists folders and files, in order and by page', async () => {
		const folder = `${project.adaId}/listing`;
		for (const name of ['b.png', 'a.png', 'deeper/c.png'])
			await project.ada.storage.from('owned').upload(`${folder}/${name}`, png());
		const files = project.ada.storage.from('owned');
		const { data } = await files.list(folder);
		expect(data?.map(({ name, id }) => [name, id === null])).toEqual([
			['a.png', false],
			['b.png', false],
			['deeper', true],
		]);
		const page = await files.list(folder, { limit: 1, offset: 1 });
		expect(page.data?.map(({ name }) => name)).toEqual(['b.png']);
		expect((await files.list(folder, { search: 'b' })).data).toHaveLength(1);
		const latest = await files.list(folder, { sortBy: { column: 'created_at', order: 'desc' } });
		expect(latest.data?.map(({ name }) => name)).toEqual(['deeper', 'a.png', 'b.png']);
	});
});
