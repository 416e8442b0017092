import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, refusal, rpc, type Row, type Transaction } from '../helpers/database';
import {
	createConversation,
	createAgent,
	send,
	storedChat,
	storedMessages,
	type Person,
} from '../helpers/people';

let owner: Person;
let chatId: string;
let messageId: string;
let stranger: Person;

beforeAll(async () => {
	const theirs = await createConversation('private words');
	({ customer: owner, chatId } = theirs);
	messageId = theirs.message.id;
	await send(await createAgent(), chatId, 'a private answer');
	// The stranger is a customer with a chat, too.
	stranger = (await createConversation('mine')).customer;
});

describe('another customer', () => {
	test.each([
		['send_support_message', { p_id: randomUUID(), p_content: 'x' }],
		['list_support_messages', {}],
		['get_support_chat', {}],
		['mark_support_chat_viewed', {}],
		['archive_support_chat', {}],
		['unarchive_support_chat', {}],
	] as [string, Row][])(
		'%s gives the same answer for a foreign chat and for a missing chat',
		async (name, args) => {
			const before = [await storedChat(chatId), await storedMessages(chatId)];
			const foreign = await refusal(rpc(stranger, name, { ...args, p_chat_id: chatId }));
			const none = await refusal(rpc(stranger, name, { ...args, p_chat_id: randomUUID() }));
			expect(foreign).toEqual(none);
			expect([await storedChat(chatId), await storedMessages(chatId)]).toEqual(before);
		},
	);

	test('gets the same error in every field', async () => {
		const fields = async (p_chat_id: string): Promise<Row> => {
			try {
				await rpc(stranger, 'list_support_messages', { p_chat_id });
			} catch (error) {
				const { code, message, detail, hint, where } = error as Row;
				return { code, message, detail, hint, where };
			}
			throw new Error('was not refused');
		};
		expect(await fields(chatId)).toEqual(await fields(randomUUID()));
	});

	test.each([
		['by chat', (tx: Transaction) => tx`chat_id = ${chatId}`],
		['by id', (tx: Transaction) => tx`id = ${messageId}`],
		['by text', (tx: Transaction) => tx`content ilike '%private%'`],
		[
			'by not being something',
			(tx: Transaction) =>
				tx`not (sender_type = 'system') and chat_id <> ${randomUUID()} and content <> 'mine'`,
		],
	])('finds no message %s', async (_how, where) => {
		const rows = await as(
			stranger,
			(tx) => tx`select * from public.support_messages where ${where(tx)}`,
		);
		expect([...rows]).toEqual([]);
	});

	test('sees their own rows only when they ask for everything', async () => {
		const chats = await as(stranger, (tx) => tx`select user_id from public.support_chats`);
		expect([...chats]).toEqual([{ user_id: stranger.id }]);
		const messages = await as(stranger, (tx) => tx`select content from public.support_messages`);
		expect([...messages]).toEqual([{ content: 'mine' }]);
	});

	test('learns nothing from an operator that raises on what it sees', async () => {
		// Only leakproof functions may look at rows before the policy; this division is none.
		const probe = as(
			stranger,
			(tx) => tx`
				select from public.support_messages
				where 1 / (case when content like '%private%' then 0 else 1 end) = 1`,
		);
		await expect(probe).resolves.toHaveLength(1);
	});

	test('cannot hide a table behind their own', async () => {
		const shadowing = as(stranger, async (tx) => {
			await tx`create temporary table support_agents (user_id uuid, role text)`;
			await tx`insert into support_agents values (${stranger.id}, 'admin')`;
			return tx`select support_private.is_agent() as agent`;
		});
		// Refused where temporary tables are; without effect where they are not.
		const agent = await shadowing.then(
			(rows) => rows[0]!.agent as boolean,
			(error: unknown) => (error as Row).code as string,
		);
		expect([false, '42501']).toContain(agent);
	});

	test('cannot guess: ids carry 122 random bits', async () => {
		const guesses = Array.from({ length: 2000 }, () => randomUUID());
		const rows = await as(
			stranger,
			(tx) => tx`select from public.support_chats where id = any(${guesses}::uuid[])`,
		);
		expect(rows).toHaveLength(0);
		expect(chatId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
		expect(owner.id).not.toBe(stranger.id);
	});
});
