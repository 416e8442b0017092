import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { one, rpc } from '../helpers/database';
import { createCustomer, createAgent, openChat, send } from '../helpers/people';

test.each([
	['two megabytes of one letter', 'x'.repeat(2_000_000)],
	['two megabytes that no compression makes small', randomBytes(1_000_000).toString('hex')],
])('a name of %s is not read: the inbox shows the address', async (_what, name) => {
	const customer = await createCustomer({ full_name: name });
	const chatId = await openChat(customer);
	await send(customer, chatId, 'Hello');
	const { chat } = await one(rpc(await createAgent(), 'get_support_chat', { p_chat_id: chatId }));
	expect(chat).toMatchObject({ user_name: null, user_email: customer.email });
});

test('an ordinary name is shown, 80 characters of it', async () => {
	const customer = await createCustomer({ name: 'Ada '.repeat(100) });
	const chatId = await openChat(customer);
	const { chat } = await one(rpc(await createAgent(), 'get_support_chat', { p_chat_id: chatId }));
	expect(chat.user_name).toBe('Ada '.repeat(100).trim().slice(0, 80));
});
