import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { z } from 'zod';
import { DEMO_PASSWORD, signUp } from '../../local-stack/testing/people';
import type { Site } from '../site/start-site';

/** A customer with a confirmed account, made for one test. */
export interface Person {
	id: string;
	email: string;
	password: string;
}

/** Signs up a new customer; addresses need no confirmation here. */
export async function createPerson(site: Site, name = 'customer'): Promise<Person> {
	const address = `${name}-${randomUUID().slice(0, 8)}@example.com`;
	const { id, email } = await signUp(site.apiUrl, site.publishableKey, address);
	return { id, email, password: DEMO_PASSWORD };
}

/** Makes a user an agent as docs/install.md describes. */
export async function createAgent(site: Site, db: postgres.Sql): Promise<Person> {
	const person = await createPerson(site, 'agent');
	await db`select public.support_add_agent(${person.email}, 'admin', 'Mika')`;
	return person;
}

/** A session in the format of supabase-js. */
export type Session = z.infer<typeof session>;
const session = z.looseObject({
	access_token: z.string(),
	refresh_token: z.string(),
	expires_at: z.number().optional(),
});

export async function signIn(
	site: Site,
	person: { email: string; password: string },
): Promise<Session> {
	const answer = await fetch(`${site.apiUrl}/auth/v1/token?grant_type=password`, {
		method: 'POST',
		headers: { apikey: site.publishableKey, 'content-type': 'application/json' },
		body: JSON.stringify({ email: person.email, password: person.password }),
	});
	if (!answer.ok) throw new Error(`${person.email} cannot sign in: ${await answer.text()}`);
	return session.parse(await answer.json());
}

/** The storage key that supabase-js uses for this project's session. */
export function storageKey(site: Site): string {
	return `sb-${new URL(site.apiUrl).hostname.split('.')[0]}-auth-token`;
}

/** Calls a database function as a user, for steps that need no page. */
export async function rpc(
	site: Site,
	accessToken: string | null,
	name: string,
	parameters: object,
): Promise<{ status: number; body: unknown }> {
	const answer = await fetch(`${site.apiUrl}/rest/v1/rpc/${name}`, {
		method: 'POST',
		headers: {
			apikey: site.publishableKey,
			...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
			'content-type': 'application/json',
		},
		body: JSON.stringify(parameters),
	});
	const text = await answer.text();
	return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}
