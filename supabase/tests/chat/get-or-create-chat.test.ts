import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { coded, deferred, one, refusal, rpc, signedOut, sql, type Row } from '../helpers/database';
import { createCustomer, createAgent, openChat, personFor, send } from '../helpers/people';

describe('get_or_create_support_chat', () => {
	test('the first call makes a chat, every later one returns the same', async () => {
		const customer = await createCustomer();
		const first = await one(rpc(customer, 'get_or_create_support_chat'));
		const second = await one(rpc(customer, 'get_or_create_support_chat'));
		expect(first).toMatchObject({
			user_id: customer.id,
			last_seq: 0,
			last_message_at: null,
			admin_viewed_at: null,
			unread_count: 0,
			messages: [],
		});
		expect(first.app_name).toBeTypeOf('string');
		expect(second).toEqual(first);
	});

	test('answers with exactly these fields', async () => {
		const chat = await one(rpc(await createCustomer(), 'get_or_create_support_chat'));
		expect(Object.keys(chat).sort()).toEqual([
			'admin_viewed_at',
			'app_name',
			'created_at',
			'id',
			'last_message_at',
			'last_seq',
			'messages',
			'unread_count',
			'user_id',
		]);
	});

	test('twenty calls at once make one chat', async () => {
		const customer = await createCustomer();
		const chats = await Promise.all(
			Array.from({ length: 20 }, () => one(rpc(customer, 'get_or_create_support_chat'))),
		);
		expect(new Set(chats.map((chat) => chat.id)).size).toBe(1);
		const stored = await sql`select from public.support_chats where user_id = ${customer.id}`;
		expect(stored).toHaveLength(1);
	});

	test('a call that meets an unfinished first call waits, and returns its chat', async () => {
		const customer = await createCustomer();
		const started = deferred<number>();
		const finish = deferred<void>();
		const first = sql.begin(async (tx) => {
			const [chat] = await tx<{ id: string }[]>`
				insert into public.support_chats (user_id) values (${customer.id}) returning id`;
			started.resolve(0);
			await finish.promise;
			return chat!.id;
		});
		await started.promise;
		const second = one(rpc(customer, 'get_or_create_support_chat'));
		await expect.poll(async () => waiters(customer.id)).toBe(1);
		finish.resolve();
		expect((await second).id).toBe(await first);
	});

	test('carries the newest 50 messages, oldest first, and the number of unread answers', async () => {
		const customer = await createCustomer();
		const agent = await createAgent();
		const chatId = await openChat(customer);
		for (let n = 1; n <= 52; n++) await send(customer, chatId, `question ${n}`);
		await send(agent, chatId, 'one');
		await send(agent, chatId, 'two');
		const chat = await one(rpc(customer, 'get_or_create_support_chat'));
		const messages = chat.messages as Row[];
		expect(messages.map((message) => message.seq)).toEqual(
			Array.from({ length: 50 }, (_, i) => i + 5),
		);
		expect(chat).toMatchObject({ last_seq: 54, unread_count: 2 });
		expect(messages.at(-1)).toMatchObject({ content: 'two', sender_name: 'Mika' });
	});

	test('someone signed out may not call it', async () => {
		expect((await refusal(rpc(signedOut, 'get_or_create_support_chat'))).code).toBe('42501');
	});

	test('a token without a user, or of a deleted user, gets a request to sign in', async () => {
		const nobody = { role: 'authenticated', claims: { role: 'authenticated' } } as const;
		const gone = personFor(randomUUID(), 'gone@example.com');
		const answer = coded(401, 'support_not_authenticated');
		expect(await refusal(rpc(nobody, 'get_or_create_support_chat'))).toEqual(answer);
		expect(await refusal(rpc(gone, 'get_or_create_support_chat'))).toEqual(answer);
		expect(await sql`select from public.support_chats where user_id = ${gone.id}`).toHaveLength(0);
	});
});

/** Sessions that wait for the transaction that inserts this user's chat. */
async function waiters(userId: string): Promise<number> {
	const rows = await sql`
		select from pg_stat_activity
		where wait_event_type = 'Lock' and wait_event = 'transactionid'
			and query ilike '%get_or_create_support_chat%' and datname = current_database()
			and exists (select from auth.users where id = ${userId})`;
	return rows.length;
}
