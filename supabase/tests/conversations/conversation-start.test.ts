import { describe, expect, test } from 'vitest';
import {
	callIn,
	conversationsOf,
	end,
	ended,
	start,
	stored,
	waiting,
} from '../helpers/conversations';
import { coded, refusal, rolledBack, rpc, signedOut, type Row } from '../helpers/database';
import {
	createCustomer,
	createAgent,
	openChat,
	send,
	storedChat,
	storedMessages,
} from '../helpers/people';
import { randomUUID } from 'node:crypto';

const context = { page: 'https://example.com/cart', locale: 'de', name: 'Ada', order: 4711 };

describe('starting a conversation', () => {
	test('opens one that waits, with what the page said, before anything is written', async () => {
		const customer = await createCustomer();
		const opened = await start(customer, context);
		expect(opened).toMatchObject({ status: 'waiting', agent_id: null });
		expect(await stored(opened.id)).toMatchObject({ user_snapshot: context, page: context.page });
		expect(await storedMessages(opened.chat_id)).toEqual([]);
		expect(await storedChat(opened.chat_id)).toMatchObject({ conversation_status: 'waiting' });
	});

	test('again answers the same one, and keeps what the page said first', async () => {
		const customer = await createCustomer();
		const first = await start(customer, context);
		const second = await start(customer, { page: 'https://example.com/other' });
		expect(second.id).toBe(first.id);
		expect(await stored(first.id)).toMatchObject({ user_snapshot: context });
	});

	test('after a first message opened it adds what the page says', async () => {
		const { customer, id } = await waiting();
		expect((await start(customer, context)).id).toBe(id);
		expect(await stored(id)).toMatchObject({ user_snapshot: context });
	});

	test.each(['start', 'message'])('in many tabs at once by %s opens one', async (how) => {
		const customer = await createCustomer();
		const chatId = await openChat(customer);
		const open = (n: number): Promise<Row> =>
			how === 'start' ? start(customer, { n }) : send(customer, chatId, `tab ${n}`);
		const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => open(n)));
		const all = await conversationsOf(chatId);
		expect(all).toHaveLength(1);
		const ids = answers.map((answer) => answer.conversation_id ?? answer.id);
		expect(new Set(ids)).toEqual(new Set([all[0]!.id]));
	});

	test('and writing at once opens one, too', async () => {
		for (let round = 0; round < 10; round++) {
			const customer = await createCustomer();
			const chatId = await openChat(customer);
			await Promise.all([start(customer, context), send(customer, chatId, 'x'), start(customer)]);
			expect(await conversationsOf(chatId)).toHaveLength(1);
		}
	});

	test('restores an archived chat, so that no customer waits unseen', async () => {
		const { customer, chatId } = await waiting();
		const colleague = await createAgent();
		await rpc(colleague, 'archive_support_chat', { p_chat_id: chatId });
		await start(customer);
		expect(await storedChat(chatId)).toMatchObject({
			archived_at: null,
			conversation_status: 'waiting',
		});
	});

	test('a customer who only clicked is in the queue', async () => {
		const opened = await start(await createCustomer());
		const rows = await rpc(await createAgent(), 'list_support_chats', { p_view: 'waiting' });
		expect(rows.map(({ id }) => id)).toContain(opened.chat_id);
	});

	test.each([
		['a list', '[1]'],
		['a text', '"x"'],
		['more than 8 kB', JSON.stringify({ x: 'y'.repeat(8200) })],
		['17 levels', `{"x":${'['.repeat(17)}${']'.repeat(17)}}`],
		['1,000 levels', `{"x":${'['.repeat(1_000)}${']'.repeat(1_000)}}`],
	])('with %s as context is refused, and opens nothing', async (_what, p_context) => {
		const customer = await createCustomer();
		const chatId = await openChat(customer);
		const call = rolledBack((tx) =>
			callIn(tx, customer, 'start_support_conversation', { p_context: JSON.parse(p_context) }),
		);
		expect(await refusal(call)).toEqual(coded(400, 'support_context_invalid'));
		expect(await conversationsOf(chatId)).toEqual([]);
	});

	test('keeps what the page said as text: nothing in it is believed', async () => {
		const customer = await createCustomer();
		const lies = {
			status: 'active',
			agent_id: customer.id,
			priority: 9,
			page: 'javascript:alert(1)',
		};
		const opened = await start(customer, lies);
		expect(opened).toMatchObject({ status: 'waiting', agent_id: null });
		expect(await stored(opened.id)).toMatchObject({ priority: 0, user_snapshot: lies });
	});

	test('signed out is refused', async () => {
		expect((await refusal(start(signedOut))).code).toBe('42501');
	});
});

describe('the first message', () => {
	test('opens a conversation that holds it', async () => {
		const { id, chatId } = await waiting('Hello');
		expect(await stored(id)).toMatchObject({ status: 'waiting', chat_id: chatId });
		expect((await storedMessages(chatId))[0]).toMatchObject({ conversation_id: id });
	});

	test('that is refused opens none', async () => {
		const customer = await createCustomer();
		const chatId = await openChat(customer);
		expect(await refusal(send(customer, chatId, ' '))).toMatchObject({
			message: 'support_message_blank',
		});
		expect(await conversationsOf(chatId)).toEqual([]);
	});

	test('sent again after the end opens no other', async () => {
		const customer = await createCustomer();
		const chatId = await openChat(customer);
		const id = randomUUID();
		const message = await send(customer, chatId, 'Hello', id);
		await end(customer, message.conversation_id);
		expect(await send(customer, chatId, 'Hello', id)).toMatchObject({ id });
		expect(await conversationsOf(chatId)).toHaveLength(1);
	});

	test('of the team opens one that is theirs', async () => {
		const { chatId } = await ended();
		const agent = await createAgent();
		const message = await send(agent, chatId, 'I found something');
		expect(await stored(message.conversation_id)).toMatchObject({
			status: 'active',
			agent_id: agent.id,
		});
	});
});

describe('where customers may not write before an agent has joined', () => {
	test('a message is refused until then, and the conversation waits all the same', async () => {
		const customer = await createCustomer();
		const agent = await createAgent();
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set message_before_accept = false`;
			const [opened] = await callIn(tx, customer, 'start_support_conversation');
			const write = () =>
				tx.savepoint((sp) =>
					callIn(sp, customer, 'send_support_message', {
						p_id: randomUUID(),
						p_chat_id: opened!.chat_id,
						p_content: 'Hello?',
					}),
				);
			expect(await refusal(write())).toEqual(coded(409, 'support_conversation_waiting'));
			await tx`select set_config('role', 'none', true)`;
			await callIn(tx, agent, 'take_support_conversation', { p_conversation_id: opened!.id });
			expect(await write()).toHaveLength(1);
		}, 'read committed');
	});
});
