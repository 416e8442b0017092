import { type SupabaseClient } from '@supabase/supabase-js';
import { signUp } from '../../testing/people';
import { startTestStack, type LocalStack } from '../../testing/stack';
import { apiClient } from '../../testing/api-client';
import { makeDataDir } from '../../testing/data-dir';
import { FIXTURES } from './fixtures';

/** A stack with the test's buckets and users: the owner Ada, another user Eve, and so on. */
export interface StorageProject {
	stack: LocalStack;
	dataDir: string;
	stop(): Promise<void>;
	ada: SupabaseClient;
	eve: SupabaseClient;
	signedOut: SupabaseClient;
	service: SupabaseClient;
	adaId: string;
	eveId: string;
	/** An unused path in Ada's folder. */
	freshPath(): string;
	/** Uploads as Ada; returns the path. */
	upload(content?: string, bucket?: string): Promise<string>;
	/** A request as Ada, below `/storage/v1/`. */
	request(path: string, init?: RequestInit): Promise<Response>;
}

export async function openStorageProject(): Promise<StorageProject> {
	const data = await makeDataDir();
	const stack = await startTestStack({ dataDir: data.path });
	await stack.sql.unsafe(FIXTURES);
	const ada = await signUp(stack, { email: 'ada@example.com' });
	const eve = await signUp(stack, { email: 'eve@example.com' });
	const as = (token?: string) => apiClient(stack.apiUrl, stack.publishableKey, token);
	const owner = as(ada.accessToken);
	let count = 0;
	const freshPath = () => `${ada.id}/${++count}.png`;
	return {
		stack,
		dataDir: data.path,
		async stop() {
			await stack.stop();
			await data.remove();
		},
		ada: owner,
		eve: as(eve.accessToken),
		signedOut: as(),
		service: apiClient(stack.apiUrl, stack.secretKey),
		adaId: ada.id,
		eveId: eve.id,
		freshPath,
		async upload(content = 'not really', bucket = 'owned') {
			const path = freshPath();
			const { error } = await owner.storage.from(bucket).upload(path, png(content));
			if (error) throw error;
			return path;
		},
		request(path, init = {}) {
			const headers = new Headers(init.headers);
			if (!headers.has('authorization')) headers.set('authorization', `Bearer ${ada.accessToken}`);
			return fetch(`${stack.apiUrl}/storage/v1/${path}`, { ...init, headers });
		},
	};
}

/** A file whose declared type is an image. */
export function png(content = 'not really'): Blob {
	return new Blob([content], { type: 'image/png' });
}
