import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { z } from 'zod';
import { signToken } from '../stack/project-keys';
import {
	one,
	personFor,
	rpcAs,
	type Caller,
	type Database,
	type Person,
	type Row,
} from './acting-as';

export type { Person } from './acting-as';

/** A user by SQL, with a confirmed address of their own unless `columns` of auth.users say otherwise. */
export async function createUser(
	sql: postgres.ISql,
	name = 'customer',
	columns: Row = {},
): Promise<Person> {
	const id = String(columns.id ?? randomUUID());
	const email = String(columns.email ?? `${name}-${id}@example.com`);
	await sql`insert into auth.users ${sql({ id, email, email_confirmed_at: new Date(), ...columns })}`;
	return personFor(id, email);
}

/** Puts a user on the team, as docs/install.md describes, and sets `columns` of support_agents. */
export async function addAgent<User extends Person>(
	sql: postgres.ISql,
	user: User,
	role: 'agent' | 'admin' = 'agent',
	displayName = 'Mika',
	columns: Row = {},
): Promise<User> {
	await sql`select public.support_add_agent(${user.email}, ${role}, ${displayName})`;
	if (Object.keys(columns).length > 0)
		await sql`update public.support_agents set ${sql(columns)} where user_id = ${user.id}`;
	return user;
}

/** A token as Auth signs it: valid for an hour unless `claims` say otherwise. */
export function tokenOf(
	caller: Pick<Caller, 'claims'>,
	jwtSecret: string,
	claims: object = {},
): string {
	const iat = Math.floor(Date.now() / 1000);
	return signToken({ ...caller.claims, iat, exp: iat + 3600, ...claims }, jwtSecret);
}

/** The person's chat, made on the first call. */
export async function openChat(sql: Database, person: Person): Promise<string> {
	const chat = await one(rpcAs(sql, person, 'get_or_create_support_chat'));
	return String(chat.id);
}

/** Sends a text to a chat and returns the stored row. */
export function sendMessage(
	sql: Database,
	caller: Caller,
	chatId: string,
	content: string,
	id: string = randomUUID(),
): Promise<Row> {
	const args = { p_id: id, p_chat_id: chatId, p_content: content };
	return one(rpcAs(sql, caller, 'send_support_message', args));
}

/** Where a project is, and its public key. */
export interface Project {
	apiUrl: string;
	publishableKey: string;
}

/** A session as Auth answers it and supabase-js stores it. */
export type Session = z.infer<typeof sessionShape>;
const sessionShape = z.looseObject({
	access_token: z.string(),
	refresh_token: z.string(),
	expires_at: z.number().optional(),
	user: z.looseObject({ id: z.string(), email: z.string() }),
});

/** A user who signed up through Auth, with a password. */
export interface Account extends Person {
	password: string;
	accessToken: string;
	session: Session;
}

/** Signs a new user up, as an app does; addresses need no confirmation in the local stack. */
export async function signUp(
	project: Project,
	{
		name = 'customer',
		email = `${name}-${randomUUID().slice(0, 8)}@example.com`,
		password = 'support-demo',
	}: { name?: string | undefined; email?: string; password?: string } = {},
): Promise<Account> {
	const session = await requestSession(project, 'signup', { email, password });
	const person = personFor(session.user.id, session.user.email);
	return { ...person, password, accessToken: session.access_token, session };
}

/** Signs a new user up who is on the team. */
export async function signUpAgent(
	project: Project,
	sql: postgres.ISql,
	role: 'agent' | 'admin' = 'agent',
	displayName?: string,
): Promise<Account> {
	return addAgent(sql, await signUp(project, { name: 'agent' }), role, displayName);
}

/** Another session of a user. */
export function signIn(
	project: Project,
	{ email, password }: { email: string; password: string },
): Promise<Session> {
	return requestSession(project, 'token?grant_type=password', { email, password });
}

async function requestSession(
	{ apiUrl, publishableKey }: Project,
	path: string,
	credentials: { email: string; password: string },
): Promise<Session> {
	const response = await fetch(`${apiUrl}/auth/v1/${path}`, {
		method: 'POST',
		headers: { apikey: publishableKey, 'content-type': 'application/json' },
		body: JSON.stringify(credentials),
	});
	if (!response.ok)
		throw new Error(`${credentials.email} gets no session: ${await response.text()}`);
	return sessionShape.parse(await response.json());
}
