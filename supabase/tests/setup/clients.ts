import { type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, inject } from 'vitest';
import { signUp, signUpAgent, type Account } from '../../../local-stack/testing/people';
import { apiClient } from '../../../local-stack/testing/api-client';
import { sql } from '../helpers/database';

const clients: SupabaseClient[] = [];

afterAll(async () => {
	await Promise.all(clients.map((client) => client.removeAllChannels()));
	await Promise.all(clients.map((client) => client.realtime.disconnect()));
});

/** A supabase-js client for a user of `makeUser`, for `anon` (signed out), or for `service` (the secret key). */
export function as(who: Account | 'anon' | 'service'): SupabaseClient {
	const { apiUrl, publishableKey, secretKey } = inject('stack');
	const token = typeof who === 'string' ? undefined : who.accessToken;
	const client = apiClient(apiUrl, who === 'service' ? secretKey : publishableKey, token);
	clients.push(client);
	return client;
}

/** A new user who signed up, with a confirmed address of their own. */
export const makeUser = (name?: string): Promise<Account> => signUp(inject('stack'), { name });

/** A new user who is on the team. */
export const makeAgent = (role?: 'agent' | 'admin', displayName?: string): Promise<Account> =>
	signUpAgent(inject('stack'), sql, role, displayName);
