import { describe, expect, test } from 'vitest';
import { end, oneIn } from '../helpers/conversations';
import { one, refusal, rolledBack, rpc, signedOut, sql } from '../helpers/database';
import { createConversation, createCustomer, createAgent, send } from '../helpers/people';

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
		const agent = await createAgent();
		await send(agent, chatId, 'an answer');
		await send(agent, other.chatId, 'an answer for someone else');
		expect(await one(rpc(customer, 'get_support_unread'))).toEqual({
			chat_id: chatId,
			unread_count: 1,
			last_seq: 2,
			awaiting_answer: true,
			is_staff: false,
			waiting_count: null,
			dashboard_url: null,
		});
	});

	test('agents see their own chat there, not the customers’, and how many wait', async () => {
		await createConversation();
		const agent = await one(rpc(await createAgent('admin'), 'get_support_unread'));
		expect(agent).toMatchObject({ chat_id: null, unread_count: 0, is_staff: true });
		expect(agent.waiting_count).toBeGreaterThan(0);
	});

	test('agents get the dashboard’s address, customers do not', async () => {
		const { customer } = await createConversation();
		const agent = await createAgent();
		await rolledBack(async (tx) => {
			const dashboard_url = 'https://desk.example.com';
			await tx`update public.support_settings set ${tx({ dashboard_url })}`;
			for (const [caller, url] of [
				[agent, dashboard_url],
				[customer, null],
			] as const) {
				expect(await oneIn(tx, caller, 'get_support_unread')).toMatchObject({ dashboard_url: url });
			}
		}, 'read committed');
	});

	test('an answer is awaited for half an hour after the customer wrote, and a day while a conversation is open', async () => {
		const { customer, chatId, message } = await createConversation();
		const awaiting = async () => (await one(rpc(customer, 'get_support_unread'))).awaiting_answer;
		await sql`
			update public.support_chats set last_user_message_at = now() - interval '31 minutes'
			where id = ${chatId}`;
		expect(await awaiting()).toBe(true);
		await sql`
			update public.support_conversations set last_message_at = now() - interval '25 hours'
			where chat_id = ${chatId}`;
		expect(await awaiting()).toBe(false);
		await send(customer, chatId, 'Anybody there?');
		expect(await awaiting()).toBe(true);
		await sql`
			update public.support_chats set last_user_message_at = now() - interval '31 minutes'
			where id = ${chatId}`;
		await end(customer, message.conversation_id);
		expect(await awaiting()).toBe(false);
	});

	test('someone signed out may not call it', async () => {
		expect((await refusal(rpc(signedOut, 'get_support_unread'))).code).toBe('42501');
	});
});
