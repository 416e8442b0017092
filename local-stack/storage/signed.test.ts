import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../stack/project-keys';
import { openStorageProject, png, type StorageProject } from './testing/storage-project';

let project: StorageProject;
beforeAll(async () => {
	project = await openStorageProject();
});
afterAll(() => project?.stop());

const now = () => Math.floor(Date.now() / 1000);
/** A signed address with claims that the test chooses. */
function forged(path: string, claims: object, secret = project.stack.jwtSecret): string {
	return `${project.stack.apiUrl}/storage/v1/object/sign/owned/${path}?token=${signToken(claims, secret)}`;
}

describe('a signed address', () => {
	it('lets everyone read until it expires, also in part and as a download', async () => {
		const path = await project.upload('0123456789');
		const { data } = await project.ada.storage.from('owned').createSignedUrl(path, 60);
		const url = data?.signedUrl ?? '';
		const whole = await fetch(url);
		expect(await whole.text()).toBe('0123456789');
		expect(Date.parse(whole.headers.get('expires') ?? '') / 1000 - now()).toBeGreaterThan(50);
		expect(await (await fetch(url, { headers: { range: 'bytes=2-3' } })).text()).toBe('23');
		expect((await fetch(url)).headers.get('content-disposition')).toBeNull();
		const nameless = await fetch(`${url}&download=`);
		expect(nameless.headers.get('content-disposition')).toBe('attachment;');
		const named = await fetch(`${url}&download=${encodeURIComponent('"ä\r\n.png')}`);
		expect(named.headers.get('content-disposition')).toBe(
			"attachment; filename=%22%C3%A4%0D%0A.png; filename*=UTF-8''%22%C3%A4%0D%0A.png",
		);
	});

	it('is given to callers who may read, for each path separately', async () => {
		const path = await project.upload('mine');
		for (const client of [project.eve, project.signedOut])
			expect((await client.storage.from('owned').createSignedUrl(path, 60)).error).toMatchObject({
				statusCode: '404',
				message: 'Object not found',
			});
		const files = project.ada.storage.from('owned');
		const { data } = await files.createSignedUrls([path, `${project.eveId}/x.png`], 60);
		expect(await (await fetch(data?.[0]?.signedUrl ?? '')).text()).toBe('mine');
		expect(data?.[1]).toMatchObject({
			error: 'Either the object does not exist or you do not have access to it',
			signedURL: null,
		});
	});

	it('is refused after its expiry, and if it was changed', async () => {
		const path = await project.upload();
		const url = `owned/${path}`;
		const good = { url, scope: 'download', iat: now(), exp: now() + 60 };
		expect((await fetch(forged(path, good))).status).toBe(200);
		const [head = '', , signature = ''] =
			new URL(forged(path, good)).searchParams.get('token')?.split('.') ?? [];
		const other = Buffer.from(JSON.stringify({ ...good, exp: now() + 9999 })).toString('base64url');
		const address = forged(path, good).split('?')[0] ?? '';
		const bad: [string, string][] = [
			[forged(path, { ...good, exp: now() - 1 }), '"exp" claim timestamp check failed'],
			[forged(path, good, 'another secret'), 'signature verification failed'],
			[`${address}?token=${head}.${other}.${signature}`, 'signature verification failed'],
			[forged(path, { ...good, url: 'owned/other.png' }), 'Invalid signature'],
			[
				forged(path, { ...good, scope: 'upload', upsert: true }),
				'Token is not scoped for download',
			],
			[`${address}?token=nonsense`, 'Invalid Compact JWS'],
			[address, "querystring must have required property 'token'"],
		];
		for (const [url, message] of bad) {
			const answer = await fetch(url);
			expect([answer.status, await answer.json()]).toMatchObject([400, { message }]);
		}
	});

	it('needs a lifetime', async () => {
		const path = await project.upload();
		for (const expiresIn of [0, -1, 1.5, 'soon', null]) {
			const answer = await project.request(`object/sign/owned/${path}`, {
				method: 'POST',
				body: JSON.stringify({ expiresIn }),
			});
			expect(answer.status).toBe(400);
		}
	});
});

describe('an address for uploading', () => {
	it('lets its bearer write once, in the name of the user who requested it', async () => {
		const path = project.freshPath();
		const { data } = await project.ada.storage.from('owned').createSignedUploadUrl(path);
		const token = data?.token ?? '';
		const { storage } = project.signedOut;
		const done = await storage.from('owned').uploadToSignedUrl(path, token, png('sent'));
		expect(done.error).toBeNull();
		const [row] = await project.stack
			.sql`select owner_id from storage.objects where name = ${path}`;
		expect(row).toEqual({ owner_id: project.adaId });
		const again = await storage.from('owned').uploadToSignedUrl(path, token, png('again'));
		expect(again.error).toMatchObject({ statusCode: '409' });
		const elsewhere = project.freshPath();
		expect(
			(await storage.from('owned').uploadToSignedUrl(elsewhere, token, png())).error,
		).toMatchObject({ message: 'Invalid signature' });
	});

	it('is not given to callers who may not upload', async () => {
		const { error } = await project.eve.storage
			.from('owned')
			.createSignedUploadUrl(project.freshPath());
		expect(error).toMatchObject({ statusCode: '403' });
	});
});
