import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	as,
	become,
	coded,
	one,
	refusal,
	rolledBack,
	rpc,
	rpcIn,
	secretKey,
	signedOut,
	sql,
} from '../helpers/database';
import {
	createConversation,
	createCustomer,
	createAgent,
	openChat,
	send,
	storedChat,
	storedMessages,
} from '../helpers/people';

describe('send_support_message', () => {
	test('stores a customer’s message as theirs', async () => {
		const { customer, chatId, message } = await createConversation('Hello');
		expect(message).toMatchObject({
			chat_id: chatId,
			seq: 1,
			content: 'Hello',
			sender_type: 'user',
			sender_id: customer.id,
			sender_name: null,
			read_at: null,
		});
		expect(message.updated_at).toBe(message.created_at);
	});

	test('answers with exactly the columns of a message', async () => {
		const { message } = await createConversation();
		expect(Object.keys(message).sort()).toEqual([
			'attachments',
			'chat_id',
			'content',
			'conversation_id',
			'created_at',
			'id',
			'read_at',
			'sender_id',
			'sender_name',
			'sender_type',
			'seq',
			'updated_at',
		]);
	});

	test('stores an answer as the team’s, under the name of who wrote it', async () => {
		const { chatId } = await createConversation();
		const agent = await createAgent('agent', 'Noor');
		expect(await send(agent, chatId, 'Hi')).toMatchObject({
			seq: 2,
			sender_type: 'admin',
			sender_id: agent.id,
			sender_name: 'Noor',
		});
	});

	test('a name that changes later leaves old answers as they were', async () => {
		const { chatId } = await createConversation();
		const agent = await createAgent('agent', 'Noor');
		await send(agent, chatId, 'Hi');
		await sql`update public.support_agents set display_name = 'N.' where user_id = ${agent.id}`;
		await send(agent, chatId, 'again');
		const names = (await storedMessages(chatId)).map((message) => message.sender_name);
		expect(names).toEqual([null, 'Noor', 'N.']);
	});

	test('in their own chat an agent is a customer', async () => {
		const agent = await createAgent();
		expect(await send(agent, await openChat(agent), 'help')).toMatchObject({ sender_type: 'user' });
	});

	test('keeps the chat’s counters, times and preview', async () => {
		const { customer, chatId, message } = await createConversation('first');
		const answer = await send(await createAgent(), chatId, 'second');
		const chat = await storedChat(chatId);
		expect(chat).toMatchObject({
			last_seq: 2,
			message_count: 2,
			last_message_preview: 'second',
			last_message_sender: 'admin',
			user_id: customer.id,
		});
		expect(chat.last_message_at).toEqual(new Date(answer.created_at));
		expect(chat.last_user_message_at).toEqual(new Date(message.created_at));
	});

	test('what the system says takes a number and changes nothing else', async () => {
		const { chatId } = await createConversation('mine');
		const before = await storedChat(chatId);
		await as(
			secretKey,
			(tx) =>
				tx`insert into public.support_messages (id, chat_id, content, sender_type)
				values (${randomUUID()}, ${chatId}, 'Welcome', 'system')`,
		);
		const after = await storedChat(chatId);
		expect(after).toEqual({ ...before, last_seq: 2, updated_at: after.updated_at });
		expect((await storedMessages(chatId))[1]).toMatchObject({ seq: 2, sender_type: 'system' });
	});

	test('the database numbers and times a message, whatever its writer says', async () => {
		const { chatId } = await createConversation();
		await as(
			secretKey,
			(tx) =>
				tx`insert into public.support_messages (id, chat_id, content, seq, created_at, updated_at)
				values (${randomUUID()}, ${chatId}, 'x', 77, '2000-01-01', '2000-01-01')`,
		);
		const [first, second] = await storedMessages(chatId);
		expect(second!.seq).toBe(2);
		expect(second!.created_at >= first!.created_at).toBe(true);
	});
});

describe('sending the same id again', () => {
	test('returns the row that the first call made, and stores one', async () => {
		const { customer, chatId, message } = await createConversation('once');
		expect(await send(customer, chatId, 'once', message.id)).toEqual(message);
		expect(await send(customer, chatId, 'other words', message.id)).toEqual(message);
		expect(await storedMessages(chatId)).toHaveLength(1);
	});

	test('ten at once store one message, and all get the same row', async () => {
		const customer = await createCustomer();
		const chatId = await openChat(customer);
		const id = randomUUID();
		const rows = await Promise.all(
			Array.from({ length: 10 }, () => send(customer, chatId, 'once', id)),
		);
		for (const row of rows) expect(row).toEqual(rows[0]);
		expect(await storedMessages(chatId)).toHaveLength(1);
		expect(await storedChat(chatId)).toMatchObject({ last_seq: 1, message_count: 1 });
	});

	test('a known id passes even when the customer is over the limit', async () => {
		const { customer, chatId, message } = await createConversation();
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set messages_per_minute = 1`;
			await become(tx, customer);
			const again = { p_id: message.id, p_chat_id: chatId, p_content: 'Hello' };
			expect(await one(rpcIn(tx, 'send_support_message', again))).toEqual(message);
			const fresh = tx.savepoint((sp) =>
				rpcIn(sp, 'send_support_message', { ...again, p_id: randomUUID() }),
			);
			expect(await refusal(fresh)).toEqual(coded(429, 'support_rate_limited'));
		});
	});

	test('an id of another person’s message is a conflict, and shows nothing of it', async () => {
		const theirs = await createConversation('secret');
		const { customer, chatId } = await createConversation('mine');
		const conflict = coded(409, 'support_message_conflict');
		expect(await refusal(send(customer, chatId, 'x', theirs.message.id))).toEqual(conflict);
		expect(await storedMessages(chatId)).toHaveLength(1);
		expect((await storedMessages(theirs.chatId))[0]).toMatchObject({ content: 'secret' });
	});

	test('agents cannot pass a customer’s message off as theirs', async () => {
		const { chatId, message } = await createConversation('mine');
		const colleague = await createAgent();
		expect(await refusal(send(colleague, chatId, 'x', message.id))).toEqual(
			coded(409, 'support_message_conflict'),
		);
	});

	test('two chats at once with one id: one wins, the other gets a conflict', async () => {
		const [a, b] = [await createConversation(), await createConversation()];
		const id = randomUUID();
		const answers = await Promise.allSettled([
			send(a.customer, a.chatId, 'a', id),
			send(b.customer, b.chatId, 'b', id),
		]);
		expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected']);
		const lost = answers.find((answer) => answer.status === 'rejected');
		expect(lost?.reason).toMatchObject(coded(409, 'support_message_conflict'));
		const counts = [await storedChat(a.chatId), await storedChat(b.chatId)].map((c) => c.last_seq);
		expect(counts.sort()).toEqual([1, 2]);
	});
});

describe('who may not send', () => {
	test('a stranger gets what a chat that does not exist gets, and nothing is stored', async () => {
		const { chatId } = await createConversation();
		const stranger = await createCustomer();
		const none = coded(404, 'support_chat_not_found');
		expect(await refusal(send(stranger, chatId, 'x'))).toEqual(none);
		expect(await refusal(send(stranger, randomUUID(), 'x'))).toEqual(none);
		expect(await storedMessages(chatId)).toHaveLength(1);
	});

	test('someone signed out, and a token without a user', async () => {
		const { chatId } = await createConversation();
		const nobody = { role: 'authenticated', claims: {} } as const;
		expect((await refusal(send(signedOut, chatId, 'x'))).code).toBe('42501');
		expect(await refusal(send(nobody, chatId, 'x'))).toEqual(
			coded(401, 'support_not_authenticated'),
		);
		expect(await storedMessages(chatId)).toHaveLength(1);
	});

	test('no caller can choose the sender: the function has no such argument', async () => {
		const { customer, chatId } = await createConversation();
		const call = rpc(customer, 'send_support_message', {
			p_id: randomUUID(),
			p_chat_id: chatId,
			p_content: 'x',
			p_sender_type: 'admin',
		});
		expect((await refusal(call)).code).toBe('42883');
	});
});
