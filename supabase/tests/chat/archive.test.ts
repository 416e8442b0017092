import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	as,
	become,
	becomeOwner,
	coded,
	onAnotherConnection,
	one,
	refusal,
	rolledBack,
	rpc,
	rpcIn,
	signedOut,
	sql,
	type Caller,
	type Row,
} from '../helpers/database';
import {
	active,
	end,
	escalate,
	release,
	start,
	stored,
	take,
	transfer,
	waiting,
} from '../helpers/conversations';
import {
	createConversation,
	createCustomer,
	createAgent,
	send,
	storedChat,
	storedMessages,
} from '../helpers/people';
import { seededRandom } from '../../functions/_shared/files/testing/random';

const archive = (caller: Caller, chatId: string): Promise<Row> =>
	one(rpc(caller, 'archive_support_chat', { p_chat_id: chatId }));
const restore = (caller: Caller, chatId: string): Promise<Row> =>
	one(rpc(caller, 'unarchive_support_chat', { p_chat_id: chatId }));

describe('the archive', () => {
	test('takes a chat and gives it back', async () => {
		const agent = await createAgent();
		const { chatId } = await createConversation();
		expect(await archive(agent, chatId)).toMatchObject({ id: chatId, archived: true });
		expect((await storedChat(chatId)).archived_at).toBeInstanceOf(Date);
		expect(await restore(agent, chatId)).toMatchObject({ id: chatId, archived: false });
		expect((await storedChat(chatId)).archived_at).toBeNull();
	});

	test('archiving twice keeps the first time; restoring twice does no harm', async () => {
		const agent = await createAgent();
		const { chatId } = await createConversation();
		await archive(agent, chatId);
		const { archived_at } = await storedChat(chatId);
		await archive(agent, chatId);
		expect((await storedChat(chatId)).archived_at).toEqual(archived_at);
		await restore(agent, chatId);
		expect(await restore(agent, chatId)).toMatchObject({ archived: false });
	});

	test('keeps every message, and whether the chat is unread', async () => {
		const agent = await createAgent();
		const { chatId } = await createConversation();
		const before = await storedMessages(chatId);
		expect(await archive(agent, chatId)).toMatchObject({ unread: true });
		expect(await storedMessages(chatId)).toEqual(before);
	});

	test('gives a chat back with an answer, too, so that its conversation is seen', async () => {
		const agent = await createAgent();
		const { chatId } = await createConversation();
		await archive(agent, chatId);
		await send(agent, chatId, 'one more thing');
		expect(await storedChat(chatId)).toMatchObject({
			archived_at: null,
			conversation_status: 'active',
		});
	});

	test('keeps a chat in which only the system speaks', async () => {
		const { chatId } = await createConversation();
		await archive(await createAgent(), chatId);
		await sql`
			insert into public.support_messages (id, chat_id, content, sender_type)
			values (${randomUUID()}, ${chatId}, 'Closed.', 'system')`;
		expect((await storedChat(chatId)).archived_at).not.toBeNull();
	});

	test('gives a chat back in which a conversation is opened, by whatever way', async () => {
		const { chatId } = await createConversation();
		await archive(await createAgent(), chatId);
		await sql`insert into public.support_conversations (chat_id) values (${chatId})`;
		expect(await storedChat(chatId)).toMatchObject({
			archived_at: null,
			conversation_status: 'waiting',
		});
	});

	test('ends the open conversation; nothing in it can be taken or handed on afterwards', async () => {
		const agent = await createAgent();
		for (const { chatId, id } of [await waiting(), await active(agent)]) {
			await archive(agent, chatId);
			expect(await stored(id)).toMatchObject({ status: 'ended', ended_by: 'archive' });
			const colleague = await createAgent();
			for (const change of [
				() => take(agent, id),
				() => transfer(agent, id, colleague.id),
				() => release(agent, id),
				() => escalate(agent, id),
			])
				expect(await refusal(change())).toEqual(coded(409, 'support_bad_transition'));
			expect((await storedChat(chatId)).archived_at).not.toBeNull();
		}
	});

	test('never has an open conversation, in whatever order people write, take, end, archive and restore', async () => {
		const agent = await createAgent();
		const { customer, chatId } = await createConversation();
		const open = async (): Promise<string> =>
			String((await storedChat(chatId)).conversation_id ?? randomUUID());
		const steps = [
			() => send(customer, chatId, 'a'),
			() => send(agent, chatId, 'b'),
			() => start(customer),
			() => archive(agent, chatId),
			() => restore(agent, chatId),
			async () => take(agent, await open()),
			async () => release(agent, await open()),
			async () => end(customer, await open()),
		];
		const random = seededRandom(8);
		for (let round = 0; round < 60; round++) {
			const at = Math.floor(random() * steps.length);
			// Half of the steps cross another one; which of them are refused does not matter.
			const other = steps[Math.floor(random() * steps.length)]!;
			await Promise.allSettled([steps[at]!(), ...(random() < 0.5 ? [other()] : [])]);
			const [bad] = await sql`
				select from public.support_chats c
				join public.support_conversations v on v.chat_id = c.id and v.status <> 'ended'
				where c.id = ${chatId} and c.archived_at is not null`;
			expect(bad, `round ${round}`).toBeUndefined();
		}
	});
});

describe('the customer writes to an archived chat', () => {
	test('which brings it back, in the same transaction', async () => {
		const { customer, chatId } = await createConversation();
		await archive(await createAgent(), chatId);
		await as(customer, async (tx) => {
			const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'still there?' };
			await rpcIn(tx, 'send_support_message', args);
			await becomeOwner(tx);
			const [chat] =
				await tx`select archived_at, unread from public.support_chats where id = ${chatId}`;
			expect(chat).toEqual({ archived_at: null, unread: true });
			// Other transactions do not see half of it.
			const outside = await onAnotherConnection(() => storedChat(chatId));
			expect(outside.archived_at).not.toBeNull();
		});
		expect((await storedChat(chatId)).archived_at).toBeNull();
	});

	test('a message that is taken back leaves it archived', async () => {
		const { customer, chatId } = await createConversation();
		await archive(await createAgent(), chatId);
		await rolledBack(async (tx) => {
			await become(tx, customer);
			const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'no' };
			await rpcIn(tx, 'send_support_message', args);
		});
		expect((await storedChat(chatId)).archived_at).not.toBeNull();
	});

	test('a message that is refused leaves it archived', async () => {
		const { customer, chatId } = await createConversation();
		await archive(await createAgent(), chatId);
		await refusal(send(customer, chatId, ' '));
		expect((await storedChat(chatId)).archived_at).not.toBeNull();
	});
});

describe('who may archive and restore', () => {
	test('not its customer, no stranger, no signed-out caller; nothing changes', async () => {
		const { customer, chatId } = await createConversation();
		const stranger = await createCustomer();
		const before = await storedChat(chatId);
		for (const change of [archive, restore]) {
			for (const caller of [customer, stranger]) {
				expect(await refusal(change(caller, chatId))).toEqual(coded(403, 'support_forbidden'));
			}
			expect((await refusal(change(signedOut, chatId))).code).toBe('42501');
		}
		expect(await storedChat(chatId)).toEqual(before);
	});

	test('a chat that does not exist is not found', async () => {
		const agent = await createAgent();
		for (const change of [archive, restore]) {
			expect(await refusal(change(agent, randomUUID()))).toEqual(
				coded(404, 'support_chat_not_found'),
			);
		}
	});
});
