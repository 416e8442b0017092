import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '@supabase/supabase-js';
import { NoSocket } from './no-socket';
import { createSupabaseFetch, SupabaseUnavailable } from './supabase-fetch';

let server: Server | undefined;
let calls = 0;

afterEach(() => {
	server?.close();
	server?.closeAllConnections();
});

async function listen(answer: RequestListener): Promise<string> {
	calls = 0;
	server = createServer((request, response) => {
		calls += 1;
		answer(request, response);
	});
	await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return `http://127.0.0.1:${address.port}`;
}

describe('calls to Supabase', () => {
	it('time out without a response, as does every later call of the same request', async () => {
		const url = await listen(() => {});
		const limited = createSupabaseFetch(50);
		await expect(limited(url)).rejects.toThrow(SupabaseUnavailable);
		await expect(limited(url)).rejects.toThrow('did not answer within 50 ms');
		expect(calls).toBeLessThan(2);
	});

	it('time out in the middle of a response', async () => {
		const url = await listen((_, response) => void response.write('{"a":'));
		const answer = await createSupabaseFetch(200)(url);
		await expect(answer.json()).rejects.toThrow();
	});

	it.each([503, 520, 502])(
		'are not repeated by supabase-js after %d, whatever Retry-After is',
		async (status) => {
			const url = await listen((_, response) =>
				response.writeHead(status, { 'retry-after': '3600' }).end(),
			);
			const { from } = client(url);
			const { data, error } = await from('support_agents').select();
			expect(data).toBeNull();
			expect(error).not.toBeNull();
			expect(calls).toBe(1);
		},
	);

	it('are not repeated by supabase-js after a timeout', async () => {
		const url = await listen(() => {});
		const { error } = await client(url, 50).from('support_agents').select();
		expect(error?.message).toContain('did not answer within 50 ms');
		expect(calls).toBeLessThan(2);
	});

	it('pass on errors of Supabase', async () => {
		const url = await listen((_, response) => response.writeHead(403).end('{"message":"no"}'));
		expect((await createSupabaseFetch()(url)).status).toBe(403);
	});
});

function client(url: string, limitMs = 5_000) {
	const made = createClient(url, 'sb_publishable_x', {
		accessToken: () => Promise.resolve('token'),
		global: { fetch: createSupabaseFetch(limitMs) },
		realtime: { transport: NoSocket },
	});
	return { from: (table: string) => made.from(table) };
}
