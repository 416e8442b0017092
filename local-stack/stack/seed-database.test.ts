import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { seedDatabase } from './seed-database';
import { type LocalStack, startLocalStack } from './start-local-stack';
import { apiClient } from '../testing/api-client';

const rows = z.array(z.object({ user_email: z.string(), unread: z.boolean() }));
let stack: LocalStack;

beforeAll(async () => {
	stack = await startLocalStack({ ports: { api: 0, database: 0, outbox: 0 }, seed: true });
});
afterAll(() => stack.stop());

async function signIn(email: string) {
	const client = apiClient(stack.apiUrl, stack.publishableKey);
	const { error } = await client.auth.signInWithPassword({ email, password: 'support-demo' });
	expect(error).toBeNull();
	return client;
}

it('makes the demo accounts, who can sign in', async () => {
	for (const email of [
		'admin@example.com',
		'sam@example.com',
		'ada@example.com',
		'grace@example.com',
	])
		await signIn(email);
});

it('fills the inbox with read, unread and archived chats of several days, in the order of their last message', async () => {
	const staff = await signIn('admin@example.com');
	const list = async (p_archived: boolean) =>
		rows.parse((await staff.rpc('list_support_chats', { p_archived })).data);
	const active = await list(false);
	const archived = await list(true);
	expect(active.map((chat) => chat.user_email)).toEqual([
		'katherine@example.com',
		'grace@example.com',
		'alan@example.com',
		'ada@example.com',
		'margaret@example.com',
	]);
	expect(active.filter((chat) => chat.unread)).toHaveLength(2);
	expect(archived).toHaveLength(2);
});

it('leaves Grace one unread answer, and everybody else none', async () => {
	for (const [email, unread_count] of [
		['grace@example.com', 1],
		['ada@example.com', 0],
	] as const) {
		const customer = await signIn(email);
		expect((await customer.rpc('get_support_unread').single()).data).toMatchObject({
			unread_count,
		});
	}
	const planned = await stack.sql`select chat_id from public.support_notifications`;
	expect(planned).toHaveLength(1);
});

it('adds nothing when it runs again', async () => {
	const count = () => stack.sql`select count(*)::int as n from public.support_messages`;
	const before = await count();
	await seedDatabase(stack.sql);
	expect(await count()).toEqual(before);
});
