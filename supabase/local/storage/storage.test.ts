import { type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../start-local-stack';
import { apiClient } from '../testing/api-client';
import { FIXTURES } from './testing/fixtures';

let stack: LocalStack;
let ada: SupabaseClient;
let eve: SupabaseClient;
let signedOut: SupabaseClient;
let service: SupabaseClient;
let adaId: string;

beforeAll(async () => {
	stack = await startLocalStack({ ports: { api: 0, database: 0, outbox: 0 } });
	await stack.sql.unsafe(FIXTURES);
	const [first, second] = await Promise.all(
		['ada@example.com', 'eve@example.com'].map((email) => stack.signUp(email)),
	);
	adaId = first?.id ?? '';
	ada = apiClient(stack.apiUrl, stack.publishableKey, first?.accessToken);
	eve = apiClient(stack.apiUrl, stack.publishableKey, second?.accessToken);
	signedOut = apiClient(stack.apiUrl, stack.publishableKey);
	service = apiClient(stack.apiUrl, stack.secretKey);
});
afterAll(() => stack?.stop());

const png = (text = 'not really') => new Blob([text], { type: 'image/png' });
let count = 0;
const freshPath = () => `${adaId}/${++count}.png`;

async function uploaded(bucket = 'owned'): Promise<string> {
	const path = freshPath();
	const { error } = await ada.storage.from(bucket).upload(path, png());
	expect(error).toBeNull();
	return path;
}

const textOf = async (url: string, headers: Record<string, string> = {}) =>
	await (await fetch(url, { headers })).text();

describe('uploading', () => {
	it('takes an insert policy alone, and keeps type, size, owner and cache time', async () => {
		const path = freshPath();
		const { data, error } = await ada.storage.from('drop').upload(path, png('bytes'));
		expect(error).toBeNull();
		expect(data).toMatchObject({ path, fullPath: `drop/${path}` });
		const [row] = await stack.sql`select * from storage.objects where id = ${data?.id ?? ''}`;
		expect(row).toMatchObject({
			owner_id: adaId,
			owner: adaId,
			path_tokens: path.split('/'),
			metadata: { size: 5, mimetype: 'image/png', cacheControl: 'max-age=3600' },
		});
	});

	it('asks for select and update, too, to replace', async () => {
		const path = freshPath();
		const inserted = await ada.storage.from('drop').upload(path, png(), { upsert: true });
		expect(inserted.error).toMatchObject({ statusCode: '403' });
		const owned = await uploaded();
		const replaced = await ada.storage.from('owned').upload(owned, png('new'), { upsert: true });
		expect(replaced.error).toBeNull();
		const file = await ada.storage.from('owned').download(owned);
		expect(await file.data?.text()).toBe('new');
	});

	it('is refused to strangers and the signed out, who leave nothing behind', async () => {
		for (const client of [eve, signedOut]) {
			const path = freshPath();
			const { error } = await client.storage.from('owned').upload(path, png());
			expect(error).toMatchObject({
				status: 400,
				statusCode: '403',
				message: 'new row violates row-level security policy',
			});
			const rows = await stack.sql`select from storage.objects where name = ${path}`;
			expect(rows).toHaveLength(0);
		}
	});
});

describe('reading', () => {
	it('is the owner’s, and the service role’s', async () => {
		const path = await uploaded();
		for (const client of [ada, service]) {
			const { data } = await client.storage.from('owned').download(path);
			expect(await data?.text()).toBe('not really');
			expect(data?.type).toBe('image/png');
		}
		for (const client of [eve, signedOut]) {
			const { error } = await client.storage.from('owned').download(path);
			expect(error).not.toBeNull();
		}
	});

	it('is everybody’s by a signed address, as long as that is good', async () => {
		const path = await uploaded();
		const { data } = await ada.storage.from('owned').createSignedUrl(path, 60);
		expect(await textOf(data?.signedUrl ?? '')).toBe('not really');
		const stranger = await eve.storage.from('owned').createSignedUrl(path, 60);
		expect(stranger.error).toMatchObject({ statusCode: '404' });
	});
});
