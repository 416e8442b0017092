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
	signedOut,
	type Caller,
	type Row,
} from './helpers/database';
import {
	createConversation,
	createCustomer,
	createStaff,
	send,
	storedChat,
	storedMessages,
} from './helpers/people';

const archive = (caller: Caller, chatId: string): Promise<Row> =>
	one(rpc(caller, 'archive_support_chat', { p_chat_id: chatId }));
const restore = (caller: Caller, chatId: string): Promise<Row> =>
	one(rpc(caller, 'unarchive_support_chat', { p_chat_id: chatId }));

describe('the archive', () => {
	test('takes a chat and gives it back', async () => {
		const staff = await createStaff();
		const { chatId } = await createConversation();
		expect(await archive(staff, chatId)).toMatchObject({ id: chatId, archived: true });
		expect((await storedChat(chatId)).archived_at).toBeInstanceOf(Date);
		expect(await restore(staff, chatId)).toMatchObject({ id: chatId, archived: false });
		expect((await storedChat(chatId)).archived_at).toBeNull();
	});

	test('archiving twice keeps the first time; restoring twice does no harm', async () => {
		const staff = await createStaff();
		const { chatId } = await createConversation();
		await archive(staff, chatId);
		const { archived_at } = await storedChat(chatId);
		await archive(staff, chatId);
		expect((await storedChat(chatId)).archived_at).toEqual(archived_at);
		await restore(staff, chatId);
		expect(await restore(staff, chatId)).toMatchObject({ archived: false });
	});

	test('keeps every message, and whether the chat is unread', async () => {
		const staff = await createStaff();
		const { chatId } = await createConversation();
		const before = await storedMessages(chatId);
		expect(await archive(staff, chatId)).toMatchObject({ unread: true });
		expect(await storedMessages(chatId)).toEqual(before);
	});

	test('an answer leaves an archived chat where it is', async () => {
		const staff = await createStaff();
		const { chatId } = await createConversation();
		await archive(staff, chatId);
		await send(staff, chatId, 'one more thing');
		expect((await storedChat(chatId)).archived_at).not.toBeNull();
	});
});

describe('the customer writes to an archived chat', () => {
	test('which brings it back, in the same transaction', async () => {
		const { customer, chatId } = await createConversation();
		await archive(await createStaff(), chatId);
		await as(customer, async (tx) => {
			const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'still there?' };
			await rpcIn(tx, 'send_support_message', args);
			const [chat] = await tx`select archived_at, unread from public.support_chats`;
			expect(chat).toEqual({ archived_at: null, unread: true });
			// Nobody else sees half of it.
			expect((await storedChat(chatId)).archived_at).not.toBeNull();
		});
		expect((await storedChat(chatId)).archived_at).toBeNull();
	});

	test('a message that is taken back leaves it archived', async () => {
		const { customer, chatId } = await createConversation();
		await archive(await createStaff(), chatId);
		await rolledBack(async (tx) => {
			await become(tx, customer);
			const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'no' };
			await rpcIn(tx, 'send_support_message', args);
		});
		expect((await storedChat(chatId)).archived_at).not.toBeNull();
	});

	test('a message that is refused leaves it archived', async () => {
		const { customer, chatId } = await createConversation();
		await archive(await createStaff(), chatId);
		await refusal(send(customer, chatId, ' '));
		expect((await storedChat(chatId)).archived_at).not.toBeNull();
	});
});

describe('who may archive and restore', () => {
	test('not its customer, no stranger, nobody signed out; nothing changes', async () => {
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
		const staff = await createStaff();
		for (const change of [archive, restore]) {
			expect(await refusal(change(staff, randomUUID()))).toEqual(
				coded(404, 'support_chat_not_found'),
			);
		}
	});
});
