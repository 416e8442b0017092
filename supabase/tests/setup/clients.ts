import { type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, inject } from 'vitest';
import { connect, type Database } from '../../../local-stack/postgres/connect';
import { signUp, type SignedUpUser } from '../../../local-stack/testing/people';
import { apiClient } from '../../../local-stack/testing/api-client';

const clients: SupabaseClient[] = [];
let owner: Database | undefined;

afterAll(async () => {
	await Promise.all(clients.map((client) => client.removeAllChannels()));
	await Promise.all(clients.map((client) => client.realtime.disconnect()));
	await owner?.end({ timeout: 1 });
});

/** A supabase-js client of somebody: a user of `makeUser`, `anon` (signed out), or `service` (the secret key). */
export function as(who: SignedUpUser | 'anon' | 'service'): SupabaseClient {
	const { apiUrl, publishableKey, secretKey } = inject('stack');
	const token = typeof who === 'string' ? undefined : who.accessToken;
	const client = apiClient(apiUrl, who === 'service' ? secretKey : publishableKey, token);
	clients.push(client);
	return client;
}

/** A new, confirmed user with an address of their own. */
export async function makeUser(name = 'customer'): Promise<SignedUpUser> {
	const { apiUrl, publishableKey } = inject('stack');
	return await signUp(apiUrl, publishableKey, `${name}-${crypto.randomUUID()}@example.com`);
}

/** A new user who is on the team. */
export async function makeAgent(
	role: 'agent' | 'admin' = 'agent',
	displayName = 'Mika',
): Promise<SignedUpUser> {
	const user = await makeUser('agent');
	owner ??= connect(inject('stack').databaseUrl, 2);
	await owner`select public.support_add_agent(${user.email}, ${role}, ${displayName})`;
	return user;
}
