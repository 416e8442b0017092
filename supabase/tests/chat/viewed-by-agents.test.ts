import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	as,
	coded,
	deferred,
	onAnotherConnection,
	one,
	refusal,
	rpc,
	rpcIn,
	type Row,
} from '../helpers/database';
import {
	createConversation,
	createCustomer,
	createAgent,
	openChat,
	send,
	storedChat,
	type Person,
} from '../helpers/people';

const view = (caller: Person, chatId: string): Promise<Row> =>
	one(rpc(caller, 'mark_support_chat_viewed', { p_chat_id: chatId }));

describe('unread for agents', () => {
	test('a new chat without messages is not unread', async () => {
		const chatId = await openChat(await createCustomer());
		expect(await storedChat(chatId)).toMatchObject({ unread: false, admin_viewed_at: null });
	});

	test('a chat that no agent has viewed is unread from the customer’s first message', async () => {
		const { chatId } = await createConversation();
		expect(await storedChat(chatId)).toMatchObject({ unread: true });
	});

	test('looking at it makes it read, the customer’s next message unread again', async () => {
		const agent = await createAgent();
		const { customer, chatId } = await createConversation();
		expect(await view(agent, chatId)).toMatchObject({ id: chatId, unread: false });
		await send(customer, chatId, 'more');
		expect(await storedChat(chatId)).toMatchObject({ unread: true });
		expect(await view(agent, chatId)).toMatchObject({ unread: false });
	});

	test('an answer alone does not make a chat unread, nor read', async () => {
		const agent = await createAgent();
		const { chatId } = await createConversation();
		await send(agent, chatId, 'hi');
		expect(await storedChat(chatId)).toMatchObject({ unread: true });
		await view(agent, chatId);
		await send(agent, chatId, 'hi again');
		expect(await storedChat(chatId)).toMatchObject({ unread: false });
	});

	test('the time of looking never goes back', async () => {
		const agent = await createAgent();
		const { chatId } = await createConversation();
		const first = await view(agent, chatId);
		const second = await view(agent, chatId);
		expect(Date.parse(second.admin_viewed_at)).toBeGreaterThanOrEqual(
			Date.parse(first.admin_viewed_at),
		);
	});
});

describe('looking and writing at the same moment', () => {
	test('a message that was stored while the look waited counts as seen', async () => {
		const agent = await createAgent();
		const { customer, chatId } = await createConversation();
		const wrote = deferred<void>();
		const commit = deferred<void>();
		const writing = as(customer, async (tx) => {
			await rpcIn(tx, 'send_support_message', message(chatId));
			wrote.resolve();
			await commit.promise;
		});
		await wrote.promise;
		const looking = view(agent, chatId);
		commit.resolve();
		await writing;
		expect(await looking).toMatchObject({ unread: false, message_count: 2 });
	});

	test('a message that waited for the look stays unread, though its transaction began earlier', async () => {
		const agent = await createAgent();
		const { customer, chatId } = await createConversation();
		await as(customer, async (tx) => {
			await tx`select 1`; // now() of this transaction lies before the look
			await onAnotherConnection(() => view(agent, chatId));
			await rpcIn(tx, 'send_support_message', message(chatId));
		});
		expect(await storedChat(chatId)).toMatchObject({ unread: true });
	});

	test('many looks and messages at once end unread exactly if a message came last', async () => {
		const agent = await createAgent();
		const { customer, chatId } = await createConversation();
		await Promise.all(
			Array.from({ length: 20 }, (_, n) =>
				n % 2 === 0 ? view(agent, chatId) : send(customer, chatId, `${n}`),
			),
		);
		const chat = await storedChat(chatId);
		expect(chat.unread).toBe(chat.last_user_message_at > chat.admin_viewed_at);
		await send(customer, chatId, 'the last word');
		expect(await storedChat(chatId)).toMatchObject({ unread: true });
	});
});

describe('who may mark a chat viewed', () => {
	test('not its customer, no stranger; nothing changes', async () => {
		const { customer, chatId } = await createConversation();
		const before = await storedChat(chatId);
		const forbidden = coded(403, 'support_forbidden');
		expect(await refusal(view(customer, chatId))).toEqual(forbidden);
		expect(await refusal(view(await createCustomer(), chatId))).toEqual(forbidden);
		expect(await storedChat(chatId)).toEqual(before);
	});

	test('a chat that does not exist is not found', async () => {
		expect(await refusal(view(await createAgent(), randomUUID()))).toEqual(
			coded(404, 'support_chat_not_found'),
		);
	});
});

const message = (chatId: string): Row => ({
	p_id: randomUUID(),
	p_chat_id: chatId,
	p_content: 'now',
});
