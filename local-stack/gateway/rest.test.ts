import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../stack/project-keys';
import { signUp, type Account } from '../testing/people';
import { startTestStack, type LocalStack } from '../testing/stack';
import { apiClient } from '../testing/api-client';
import { FIXTURES } from './rest-fixtures';

let stack: LocalStack;
let ada: Account;

beforeAll(async () => {
	stack = await startTestStack();
	await stack.sql.unsafe(FIXTURES);
	ada = await signUp(stack, { email: 'ada@example.com' });
});
afterAll(() => stack?.stop());

const client = (key: string, token?: string) => apiClient(stack.apiUrl, key, token);
const asAda = () => client(stack.publishableKey, ada.accessToken);
const asAnon = () => client(stack.publishableKey);
const asService = () => client(stack.secretKey);

function post(
	path: string,
	body: string | Uint8Array<ArrayBuffer>,
	headers: Record<string, string> = {},
) {
	return fetch(`${stack.apiUrl}/rest/v1/${path}`, {
		method: 'POST',
		headers: {
			apikey: stack.publishableKey,
			authorization: `Bearer ${ada.accessToken}`,
			'content-type': 'application/json',
			...headers,
		},
		body,
	});
}

describe('calling a function', () => {
	it("returns rows, a row, a value and nothing in PostgREST's formats", async () => {
		const db = asAda();
		expect((await db.rpc('probe_rows')).data).toHaveLength(3);
		expect((await db.rpc('probe_row')).data).toMatchObject({ id: 1, name: 'n1' });
		expect((await db.rpc('probe_value')).data).toBe(5_000_000_000);
		expect((await db.rpc('probe_values')).data).toEqual(['a', 'b']);
		expect(await db.rpc('probe_nothing')).toMatchObject({ data: null, error: null, status: 204 });
		expect((await db.rpc('probe_no_rows')).data).toEqual([]);
	});

	it('nests composite values as JSON and writes times as ISO 8601', async () => {
		const { data, error } = await asAda()
			.rpc('probe_nested', { p_payload: { a: [1] } })
			.single();
		const row = { id: 1, name: 'n1', at: '2026-01-02T03:04:05.123456+00:00' };
		expect(error).toBeNull();
		expect(data).toEqual({ n: 2, first: row, all: [row], payload: { a: [1] } });
	});

	it('accepts arguments by name, and those with a default are optional', async () => {
		const db = asAda();
		expect((await db.rpc('probe_nested', { p_n: 7 }).single()).data).toMatchObject({
			n: 7,
			payload: null,
		});
		expect((await db.rpc('probe_nested', { p_n: null }).single()).data).toMatchObject({ n: null });
		expect((await db.rpc('probe_nested', { p_n: 7 }, { get: true }).single()).data).toMatchObject({
			n: 7,
		});
	});

	it('responds to an unknown function or argument with 404 and PGRST202', async () => {
		for (const call of [asAda().rpc('probe_unknown'), asAda().rpc('probe_row', { p_zz: 1 })])
			expect(await call).toMatchObject({ status: 404, error: { code: 'PGRST202' } });
	});

	it('finds a new function at once', async () => {
		await stack.sql`create function public.probe_new() returns integer language sql as 'select 1'`;
		expect((await asAda().rpc('probe_new')).data).toBe(1);
	});

	it('returns at most 1000 rows', async () => {
		expect((await asAda().rpc('probe_many')).data).toHaveLength(1000);
	});

	it('can filter and limit the result', async () => {
		const { data } = await asAda()
			.rpc('probe_rows')
			.select('id')
			.order('id', { ascending: false })
			.limit(2);
		expect(data).toEqual([{ id: 3 }, { id: 2 }]);
	});

	it('distinguishes no row from one row', async () => {
		expect(await asAda().rpc('probe_no_rows').maybeSingle()).toMatchObject({
			data: null,
			error: null,
		});
		expect(await asAda().rpc('probe_no_rows').single()).toMatchObject({
			status: 406,
			error: { code: 'PGRST116', details: 'The result contains 0 rows' },
		});
	});
});

describe('errors', () => {
	it.each([
		['PT404', 404],
		['PT429', 429],
		['PT400', 400],
		['P0001', 400],
		['23505', 409],
		['40001', 500],
		['42501', 403],
	])("turns SQLSTATE %s into HTTP %i with the function's text", async (code, status) => {
		const { error, status: actual } = await asAda().rpc('probe_fail', { p_code: code });
		expect(actual).toBe(status);
		expect(error).toMatchObject({ code, message: 'support_probe', details: 'd', hint: 'h' });
	});

	it('responds with 401 to a signed-out and with 403 to a signed-in caller without a right', async () => {
		expect(await asAnon().rpc('probe_private')).toMatchObject({
			status: 401,
			error: { code: '42501' },
		});
		expect(await asAda().rpc('probe_private')).toMatchObject({
			status: 403,
			error: { code: '42501' },
		});
		expect(await asService().rpc('probe_private')).toMatchObject({ status: 200, data: 1 });
	});

	it.each([
		['cut off', '{"p_code":'],
		['not an object', '[1]'],
		['with NUL', '{"p_code":"a\\u0000b"}'],
		['with a lone surrogate', '{"p_code":"a\\ud800b"}'],
		['of a wrong type', '{"p_n":"abc"}'],
	])('responds with 400 to JSON that is %s', async (_what, body) => {
		const name = body.includes('p_n') ? 'probe_nested' : 'probe_fail';
		expect((await post(`rpc/${name}`, body)).status).toBe(400);
	});

	it('responds with 400 to bytes that are not UTF-8', async () => {
		expect((await post('rpc/probe_fail', new Uint8Array([0x7b, 0xff, 0x7d]))).status).toBe(400);
	});
});

describe('the caller', () => {
	it('is visible to the function as role and claims', async () => {
		expect((await asAda().rpc('probe_caller')).data).toMatchObject({
			role: 'authenticated',
			session: 'authenticator',
			uid: ada.id,
			email: 'ada@example.com',
		});
		expect((await asAnon().rpc('probe_caller')).data).toMatchObject({ role: 'anon', uid: null });
		expect((await asService().rpc('probe_caller')).data).toMatchObject({ role: 'service_role' });
	});

	it('is refused with PGRST303 if the token has expired', async () => {
		const exp = Math.floor(Date.now() / 1000) - 60;
		const token = signToken({ sub: ada.id, role: 'authenticated', exp }, stack.jwtSecret);
		for (const call of [
			client(stack.publishableKey, token).rpc('probe_caller'),
			client(stack.publishableKey, token).from('probe').select(),
		])
			expect(await call).toMatchObject({
				status: 401,
				error: { code: 'PGRST303', message: 'JWT expired' },
			});
	});

	it('is refused if the token has another signature or none', async () => {
		const exp = Math.floor(Date.now() / 1000) + 60;
		const forged = signToken({ sub: ada.id, role: 'service_role', exp }, 'another-secret');
		for (const token of [forged, 'abc'])
			expect(await client(stack.publishableKey, token).rpc('probe_caller')).toMatchObject({
				status: 401,
				error: { code: 'PGRST301' },
			});
	});

	it('needs an API key', async () => {
		for (const apikey of ['', 'sb_publishable_wrong']) {
			const response = await post('rpc/probe_caller', '{}', { apikey });
			expect(response.status).toBe(401);
		}
	});
});

describe('tables', () => {
	it('are read with counts and ranges, and times as ISO 8601', async () => {
		const { data, count } = await asAda()
			.from('probe')
			.select('*', { count: 'exact' })
			.order('id')
			.range(0, 0);
		expect(count).toBe(3);
		expect(data).toEqual([{ id: 1, name: 'n1', at: '2026-01-02T03:04:05.123456+00:00' }]);
		const head = await asAda().from('probe').select('*', { count: 'exact', head: true });
		expect(head.count).toBe(3);
	});

	it('without a grant cannot be read, not even with the secret key', async () => {
		expect(await asAnon().from('probe_hidden').select()).toMatchObject({ status: 401 });
		expect(await asAda().from('probe_hidden').select()).toMatchObject({ status: 403 });
		expect(await asService().from('probe_hidden').select()).toMatchObject({ status: 403 });
	});

	it('refuse a value of a type that the column does not accept', async () => {
		for (const at of [1e26, { a: 1 }, [[1]]]) {
			const answer = await post('probe_notes', JSON.stringify({ id: 9, at }));
			expect([at, answer.status]).toEqual([at, 400]);
			expect(await answer.json()).toMatchObject({ code: '22P02' });
		}
	});

	it('can be written, with JSON and times unchanged', async () => {
		const row = { id: 1, payload: { a: [1, 'x'] }, at: '2026-05-06T07:08:09.5+00:00' };
		const { data, error } = await asAda().from('probe_notes').insert(row).select().single();
		expect(error).toBeNull();
		expect(data).toEqual(row);
	});

	it('are found as soon as they are created', async () => {
		await stack.sql.unsafe(
			'create table public.probe_late (id integer); grant select on public.probe_late to authenticated',
		);
		await expect.poll(async () => (await asAda().from('probe_late').select()).status).toBe(200);
	});
});

it('lets pages of any origin call it', async () => {
	const response = await fetch(`${stack.apiUrl}/rest/v1/rpc/probe_row`, {
		method: 'OPTIONS',
		headers: {
			origin: 'https://shop.example',
			'access-control-request-method': 'POST',
			'access-control-request-headers': 'apikey,authorization,content-profile,content-type',
		},
	});
	expect(response.status).toBe(200);
	expect(response.headers.get('access-control-allow-origin')).toBe('*');
	expect(response.headers.get('access-control-allow-headers')).toContain('content-profile');
	const answer = await post('rpc/probe_row', '{}', { origin: 'https://shop.example' });
	expect(answer.headers.get('access-control-allow-origin')).toBe('*');
	expect(answer.headers.get('access-control-expose-headers')).toContain('Content-Range');
});
