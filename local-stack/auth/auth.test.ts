import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp } from '../testing/people';
import { startTestStack, type LocalStack } from '../testing/stack';
import { NodeWebSocket } from '../testing/api-client';

const password = 'support-demo';
let stack: LocalStack;

beforeAll(async () => {
	stack = await startTestStack({
		jwtExpirySeconds: 120,
	});
	await signUp(stack, { email: 'ada@example.com' });
});
afterAll(() => stack.stop());

function app(): SupabaseClient {
	return createClient(stack.apiUrl, stack.publishableKey, {
		auth: { persistSession: false, autoRefreshToken: false },
		realtime: { transport: NodeWebSocket },
	});
}

async function signedIn(): Promise<SupabaseClient> {
	const client = app();
	const { error } = await client.auth.signInWithPassword({ email: 'ada@example.com', password });
	expect(error).toBeNull();
	return client;
}

describe('signing up', () => {
	it('returns a session at once, whose user is in the database', async () => {
		const client = app();
		const { data, error } = await client.auth.signUp({ email: 'grace@example.com', password });
		expect(error).toBeNull();
		expect(data.session?.access_token).toBeTruthy();
		const [row] =
			await stack.sql`select email, email_confirmed_at from auth.users where id = ${data.user?.id ?? ''}`;
		expect(row).toMatchObject({ email: 'grace@example.com' });
		expect(row?.['email_confirmed_at']).not.toBeNull();
	});

	it('refuses an address that is taken, and a short password', async () => {
		const taken = await app().auth.signUp({ email: 'ada@example.com', password });
		expect(taken.error).toMatchObject({ status: 422, code: 'user_already_exists' });
		const short = await app().auth.signUp({ email: 'new@example.com', password: 'abc' });
		expect(short.error).toMatchObject({ status: 422, code: 'weak_password' });
	});
});

describe('signing in', () => {
	it('returns a token with the claims of hosted Auth and the configured lifetime', async () => {
		const client = await signedIn();
		const { data } = await client.auth.getClaims();
		expect(data?.claims).toMatchObject({
			iss: `${stack.apiUrl}/auth/v1`,
			aud: 'authenticated',
			role: 'authenticated',
			email: 'ada@example.com',
			aal: 'aal1',
			is_anonymous: false,
			app_metadata: { provider: 'email' },
		});
		const { exp = 0, iat = 0 } = data?.claims ?? {};
		expect(exp - iat).toBe(120);
		expect(data?.claims.session_id).toBeTruthy();
	});

	it('gives the same error for a wrong password and an unknown address', async () => {
		const wrong = { password: 'wrong-password' };
		for (const email of ['ada@example.com', 'nobody@example.com']) {
			const { error } = await app().auth.signInWithPassword({ email, ...wrong });
			expect(error).toMatchObject({ status: 400, code: 'invalid_credentials' });
		}
	});

	it('works for users that SQL created, like those of the demo data', async () => {
		await stack.sql`
			with made as (
				insert into auth.users (
					id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data
				)
				values (
					gen_random_uuid(), 'authenticated', 'authenticated', 'sql@example.com',
					extensions.crypt(${password}, extensions.gen_salt('bf')), now(), '{"provider": "email"}'
				)
				returning id
			)
			insert into auth.identities (id, user_id, provider, provider_id, identity_data)
			select gen_random_uuid(), id, 'email', id, jsonb_build_object('sub', id) from made`;
		const { error } = await app().auth.signInWithPassword({ email: 'sql@example.com', password });
		expect(error).toBeNull();
	});
});

describe('a session', () => {
	it('returns the user', async () => {
		const client = await signedIn();
		const { data } = await client.auth.getUser();
		expect(data.user?.email).toBe('ada@example.com');
	});

	it('can be refreshed and keeps the claims', async () => {
		const client = await signedIn();
		const before = (await client.auth.getSession()).data.session;
		const { data, error } = await client.auth.refreshSession();
		expect(error).toBeNull();
		expect(data.session?.refresh_token).not.toBe(before?.refresh_token);
		const { data: claims } = await client.auth.getClaims(data.session?.access_token);
		expect(claims?.claims).toMatchObject({ email: 'ada@example.com', aal: 'aal1' });
	});

	it('ends with signing out: its refresh token is refused', async () => {
		const client = await signedIn();
		const refresh_token = (await client.auth.getSession()).data.session?.refresh_token ?? '';
		expect((await client.auth.signOut()).error).toBeNull();
		const { error } = await app().auth.refreshSession({ refresh_token });
		expect(error?.status).toBe(400);
	});

	it('has one successor if a refresh token is used twice, and ends if the token is a generation old', async () => {
		const client = await signedIn();
		const first = (await client.auth.getSession()).data.session?.refresh_token ?? '';
		const renew = async (refresh_token: string) =>
			(await app().auth.refreshSession({ refresh_token })).data.session?.refresh_token;
		const second = (await renew(first)) ?? '';
		expect(await renew(first)).toBe(second);
		const third = (await renew(second)) ?? '';
		expect(await renew(first)).toBeUndefined();
		expect(await renew(third)).toBeUndefined();
	});

	it('accepts user metadata, and has it in the next token', async () => {
		const client = await signedIn();
		expect((await client.auth.updateUser({ data: { full_name: 'Ada' } })).error).toBeNull();
		const { data } = await client.auth.refreshSession();
		const { data: claims } = await client.auth.getClaims(data.session?.access_token);
		expect(claims?.claims.user_metadata).toMatchObject({ full_name: 'Ada' });
	});

	it('refuses a token that Auth has not signed', async () => {
		const { error } = await app().auth.getUser('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.AAAA');
		expect(error?.status).toBe(403);
	});
});

describe('the endpoint', () => {
	it('needs an API key, except for the public keys', async () => {
		expect((await fetch(`${stack.apiUrl}/auth/v1/settings`)).status).toBe(401);
		const keys = await fetch(`${stack.apiUrl}/auth/v1/.well-known/jwks.json`);
		expect(await keys.json()).toEqual({ keys: [] });
	});

	it('can be called from any origin', async () => {
		const response = await fetch(`${stack.apiUrl}/auth/v1/settings`, {
			headers: { apikey: stack.publishableKey, origin: 'https://shop.example' },
		});
		expect(response.status).toBe(200);
		expect(response.headers.get('access-control-allow-origin')).toBe('*');
	});
});
