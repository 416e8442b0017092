import { beforeAll, describe, expect, inject, test } from 'vitest';
import { sql } from '../helpers/database';
import { call, claimsOf, rest, signToken } from '../helpers/http';
import { as, makeAgent, makeUser } from '../setup/clients';

type User = Awaited<ReturnType<typeof makeUser>>;
let customer: User;
let claims: Record<string, unknown>;

beforeAll(async () => {
	customer = await makeUser();
	claims = claimsOf(customer.accessToken);
	await as(customer).rpc('get_or_create_support_chat');
});

const edited = (change: Record<string, unknown>): string => {
	const [header, , signature] = customer.accessToken.split('.');
	const body = Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');
	return `${header}.${body}.${signature}`;
};
const now = (): number => Math.floor(Date.now() / 1000);

const forged: [string, () => string][] = [
	['edited to the secret key’s role', () => edited({ role: 'service_role' })],
	['edited to be an admin', () => edited({ app_metadata: { role: 'admin' } })],
	['edited to be another user', () => edited({ sub: '00000000-0000-4000-8000-000000000000' })],
	['without a signature', () => `${customer.accessToken.split('.').slice(0, 2).join('.')}.`],
	['with the algorithm none', () => signToken(claims, { alg: 'none' })],
	[
		'with the algorithm none and a role',
		() => signToken({ ...claims, role: 'service_role' }, { alg: 'none' }),
	],
	[
		'signed with the publishable key',
		() => signToken(claims, { secret: inject('stack').publishableKey }),
	],
	['signed with nothing', () => signToken(claims, { secret: '' })],
	['signed with another secret', () => signToken(claims, { secret: 'x'.repeat(40) })],
	['expired an hour ago', () => signToken({ ...claims, exp: now() - 3600 })],
	['that never was one', () => 'nonsense'],
	['of three empty parts', () => '..'],
];

describe('a token', () => {
	test('that is valid works: the following tests fail for no other reason', async () => {
		const good = signToken({ ...claims, exp: now() + 60 });
		for (const token of [customer.accessToken, good]) {
			expect((await call(token, 'get_support_unread')).status).toBe(200);
		}
	});

	test.each(forged)('%s is refused everywhere with 401', async (_what, make) => {
		const token = make();
		const before =
			await sql`select count(*) as n from public.support_chats where user_id = ${customer.id}`;
		expect((await call(token, 'get_or_create_support_chat')).status).toBe(401);
		expect((await call(token, 'list_support_chats')).status).toBe(401);
		expect((await rest('support_chats?select=*', { token })).status).toBe(401);
		expect([
			...(await sql`select count(*) as n from public.support_chats where user_id = ${customer.id}`),
		]).toEqual([...before]);
	});

	test('of a user whose metadata says admin gives no right', async () => {
		const { apiUrl, publishableKey } = inject('stack');
		const response = await fetch(`${apiUrl}/auth/v1/user`, {
			method: 'PUT',
			headers: {
				apikey: publishableKey,
				authorization: `Bearer ${customer.accessToken}`,
				'content-type': 'application/json',
			},
			body: JSON.stringify({ data: { role: 'admin', is_admin: true, support_role: 'admin' } }),
		});
		expect(response.status).toBe(200);
		expect(await call(customer.accessToken, 'list_support_chats')).toMatchObject({
			status: 403,
			body: { message: 'support_forbidden' },
		});
	});

	test('of agents who were removed is refused at the very next call', async () => {
		const agent = await makeAgent('admin');
		expect((await call(agent.accessToken, 'list_support_chats')).status).toBe(200);
		await sql`delete from public.support_agents where user_id = ${agent.id}`;
		expect((await call(agent.accessToken, 'list_support_chats')).status).toBe(403);
		expect(await rest('support_chats?select=id', { token: agent.accessToken })).toEqual({
			status: 200,
			body: [],
		});
	});

	test('of a user who was deleted opens nothing', async () => {
		const gone = await makeUser();
		await sql`delete from auth.users where id = ${gone.id}`;
		expect((await call(gone.accessToken, 'get_or_create_support_chat')).status).toBe(401);
	});
});
