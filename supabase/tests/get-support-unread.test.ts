import { describe, expect, test } from 'vitest';
import { one, refusal, rpc, signedOut, sql } from './helpers/database';
import { createConversation, createCustomer, createStaff, send } from './helpers/people';

describe('get_support_unread', () => {
	test('a customer without a chat gets no row, and no chat', async () => {
		const customer = await createCustomer();
		expect(await rpc(customer, 'get_support_unread')).toEqual([]);
		expect(await sql`select from public.support_chats where user_id = ${customer.id}`).toHaveLength(
			0,
		);
	});

	test('counts the unread answers of the caller only', async () => {
		const { customer, chatId } = await createConversation();
		const other = await createConversation();
		const staff = await createStaff();
		await send(staff, chatId, 'an answer');
		await send(staff, other.chatId, 'an answer for someone else');
		expect(await one(rpc(customer, 'get_support_unread'))).toEqual({
			chat_id: chatId,
			unread_count: 1,
			last_seq: 2,
			awaiting_answer: true,
		});
	});

	test('staff see their own chat there, not the customers’', async () => {
		await createConversation();
		expect(await rpc(await createStaff('admin'), 'get_support_unread')).toEqual([]);
	});

	test('an answer is awaited for half an hour after the customer wrote', async () => {
		const { customer, chatId } = await createConversation();
		await sql`
			update public.support_chats set last_user_message_at = now() - interval '31 minutes'
			where id = ${chatId}`;
		expect(await one(rpc(customer, 'get_support_unread'))).toMatchObject({
			awaiting_answer: false,
		});
	});

	test('someone signed out may not call it', async () => {
		expect((await refusal(rpc(signedOut, 'get_support_unread'))).code).toBe('42501');
	});
});
