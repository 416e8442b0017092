import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Site } from '../site/start-site';

/** A customer with a confirmed account, made for one test alone. */
export interface Person {
	id: string;
	email: string;
	password: string;
}

const created = z.object({ id: z.string() });

/** Makes a customer through Auth's admin API, as a project's own backend could. */
export async function createPerson(site: Site, name = 'customer'): Promise<Person> {
	const email = `${name}-${randomUUID().slice(0, 8)}@example.com`;
	const password = 'support-demo';
	const answer = await fetch(`${site.apiUrl}/auth/v1/admin/users`, {
		method: 'POST',
		headers: {
			apikey: site.secretKey,
			authorization: `Bearer ${site.secretKey}`,
			'content-type': 'application/json',
		},
		body: JSON.stringify({ email, password, email_confirm: true }),
	});
	if (!answer.ok) throw new Error(`No account for ${email}: ${await answer.text()}`);
	return { id: created.parse(await answer.json()).id, email, password };
}

/** A session as supabase-js keeps it. */
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

/** Where supabase-js keeps the session of this project in a page's storage. */
export function storageKey(site: Site): string {
	return `sb-${new URL(site.apiUrl).hostname.split('.')[0]}-auth-token`;
}

/** Calls a database function as somebody, the way any client may: for what has to happen without a page. */
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
