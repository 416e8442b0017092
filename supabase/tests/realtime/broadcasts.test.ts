import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	as,
	become,
	onAnotherConnection,
	one,
	rolledBack,
	rpc,
	rpcIn,
	secretKey,
	sql,
	type Row,
} from '../helpers/database';
import {
	createConversation,
	createCustomer,
	createAgent,
	openChat,
	send,
	storedChat,
} from '../helpers/people';

const TEAM_TOPIC = 'admin_support_notifications';
/**
 * Broadcasts about a conversation that a first message opened: the message and the conversation, to both sides.
 */
const OPENED = 4;

const MESSAGE_KEYS = [
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
];
const ROW_KEYS = [
	'admin_viewed_at',
	'agent_id',
	'agent_name',
	'archived',
	'conversation_id',
	'conversation_status',
	'created_at',
	'id',
	'last_message_at',
	'last_message_preview',
	'last_message_sender',
	'message_count',
	'priority',
	'unread',
	'user_email',
	'user_id',
	'user_name',
	'waiting_since',
];

interface Broadcast {
	topic: string;
	event: string;
	private: boolean;
	extension: string;
	payload: Row;
}

/** Broadcasts about a chat, in order, since `after` (how many to leave out). */
async function broadcasts(chatId: string, after = 0): Promise<Broadcast[]> {
	const rows = await sql<Broadcast[]>`
		select topic, event, private, extension, payload
		from realtime.messages
		where topic = ${`support_chat:${chatId}`} or topic = ${TEAM_TOPIC} and payload ->> 'chat_id' = ${chatId}
		order by inserted_at, ctid`;
	return rows.slice(after);
}

const names = (all: Broadcast[]): string[] =>
	all.map(({ topic, event }) => `${topic === TEAM_TOPIC ? 'team' : 'chat'} ${event}`).sort();
const keys = (row: Row): string[] => Object.keys(row).sort();
const find = (all: Broadcast[], topic: string, event: string): Row =>
	all.find((one) => one.topic === topic && one.event === event)!.payload;

describe('a customer’s message', () => {
	test('is broadcast to its chat and to the team, once each, in private', async () => {
		const { chatId } = await createConversation();
		const all = await broadcasts(chatId);
		// The first one also opens a conversation.
		expect(names(all)).toEqual([
			'chat conversation_updated',
			'chat new_message',
			'team chat_updated',
			'team new_user_message',
		]);
		for (const each of all) expect(each).toMatchObject({ private: true, extension: 'broadcast' });
	});

	test('carries these keys and no others', async () => {
		const { customer, chatId } = await createConversation();
		const all = await broadcasts(chatId);
		const toChat = find(all, `support_chat:${chatId}`, 'new_message');
		// Realtime adds the payload's own id.
		expect(keys(toChat)).toEqual(['id', 'message', 'type']);
		expect(keys(toChat.message)).toEqual(MESSAGE_KEYS);
		const toTeam = find(all, TEAM_TOPIC, 'new_user_message');
		expect(keys(toTeam)).toEqual(['chat', 'chat_id', 'id', 'message', 'type', 'user_email']);
		expect(keys(toTeam.chat)).toEqual(ROW_KEYS);
		expect(toTeam.user_email).toBe(customer.email);
		expect(toTeam.message).toEqual(toChat.message);
	});

	test('is broadcast just as functions answer it', async () => {
		const { chatId, message } = await createConversation();
		const agent = await createAgent();
		const all = await broadcasts(chatId);
		expect(find(all, `support_chat:${chatId}`, 'new_message').message).toEqual(message);
		const { chat } = await one(rpc(agent, 'get_support_chat', { p_chat_id: chatId }));
		expect(find(all, TEAM_TOPIC, 'new_user_message').chat).toEqual(chat);
	});

	test('to an archived chat shows the team that it is back', async () => {
		const { customer, chatId } = await createConversation();
		await rpc(await createAgent(), 'archive_support_chat', { p_chat_id: chatId });
		const before = (await broadcasts(chatId)).length;
		await send(customer, chatId, 'back');
		const all = await broadcasts(chatId, before);
		expect(find(all, TEAM_TOPIC, 'new_user_message').chat).toMatchObject({ archived: false });
	});

	test('that is sent again is not broadcast again', async () => {
		const { customer, chatId, message } = await createConversation();
		await send(customer, chatId, 'Hello', message.id);
		expect(await broadcasts(chatId)).toHaveLength(OPENED);
	});

	test('that is rolled back is never broadcast', async () => {
		const { customer, chatId } = await createConversation();
		const before = (await broadcasts(chatId)).length;
		await rolledBack(async (tx) => {
			await become(tx, customer);
			const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'x' };
			await rpcIn(tx, 'send_support_message', args);
		});
		expect(await broadcasts(chatId, before)).toEqual([]);
	});

	test('is reported in the transaction that stores it', async () => {
		const { customer, chatId } = await createConversation();
		const before = (await broadcasts(chatId)).length;
		await as(customer, async (tx) => {
			const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'x' };
			await rpcIn(tx, 'send_support_message', args);
			await tx`select set_config('role', 'none', true)`;
			const [inside] = await tx`
				select count(*) as n from realtime.messages where topic = ${`support_chat:${chatId}`}`;
			expect(inside!.n).toBe(3);
			expect(await onAnotherConnection(() => broadcasts(chatId, before))).toEqual([]);
		});
		expect(names(await broadcasts(chatId, before))).toEqual([
			'chat new_message',
			'team new_user_message',
		]);
	});
});

describe('an answer', () => {
	test('is broadcast to its chat, and its row to the team', async () => {
		const { chatId } = await createConversation();
		const agent = await createAgent('agent', 'Noor');
		await send(agent, chatId, 'I take this');
		const before = (await broadcasts(chatId)).length;
		const answer = await send(agent, chatId, 'Hi');
		const all = await broadcasts(chatId, before);
		expect(names(all)).toEqual(['chat new_message', 'team chat_updated']);
		expect(find(all, `support_chat:${chatId}`, 'new_message').message).toEqual(answer);
		const update = find(all, TEAM_TOPIC, 'chat_updated');
		expect(keys(update)).toEqual(['chat', 'chat_id', 'id', 'type']);
		expect(keys(update.chat)).toEqual(ROW_KEYS);
		expect(update.chat).toMatchObject({ last_message_preview: 'Hi', last_message_sender: 'admin' });
	});

	test('gives the customer a name, and no address of an agent', async () => {
		const { chatId } = await createConversation();
		const agent = await createAgent('agent', 'Noor');
		await send(agent, chatId, 'Hi');
		await rpc(agent, 'mark_support_chat_viewed', { p_chat_id: chatId });
		const toCustomer = (await broadcasts(chatId)).filter(({ topic }) => topic !== TEAM_TOPIC);
		expect(JSON.stringify(toCustomer)).not.toContain('@');
	});
});

describe('reading', () => {
	test('is broadcast to the chat once, with the seq and the time', async () => {
		const { customer, chatId } = await createConversation();
		await send(await createAgent(), chatId, 'Hi');
		const before = (await broadcasts(chatId)).length;
		const read = await one(rpc(customer, 'mark_support_chat_read', { p_up_to_seq: 99 }));
		await rpc(customer, 'mark_support_chat_read', { p_up_to_seq: 99 });
		const all = await broadcasts(chatId, before);
		expect(names(all)).toEqual(['chat messages_read']);
		expect(all[0]!.payload).toEqual({
			id: expect.any(String),
			type: 'messages_read',
			chat_id: chatId,
			up_to_seq: 2,
			read_at: read.read_at,
		});
	});
});

describe('looking and archiving', () => {
	test('viewing something unread is broadcast to both sides; a second view to no one', async () => {
		const { chatId } = await createConversation();
		const agent = await createAgent();
		const row = await one(rpc(agent, 'mark_support_chat_viewed', { p_chat_id: chatId }));
		await rpc(agent, 'mark_support_chat_viewed', { p_chat_id: chatId });
		const all = await broadcasts(chatId, OPENED);
		expect(names(all)).toEqual(['chat chat_updated', 'team chat_updated']);
		expect(find(all, TEAM_TOPIC, 'chat_updated').chat).toEqual(row);
		expect(find(all, `support_chat:${chatId}`, 'chat_updated')).toEqual({
			id: expect.any(String),
			type: 'chat_updated',
			chat_id: chatId,
			admin_viewed_at: row.admin_viewed_at,
		});
	});

	test('archiving and restoring is broadcast to the team, not to the customer', async () => {
		const { chatId } = await createConversation();
		const agent = await createAgent();
		await rpc(agent, 'archive_support_chat', { p_chat_id: chatId });
		await rpc(agent, 'archive_support_chat', { p_chat_id: chatId });
		await rpc(agent, 'unarchive_support_chat', { p_chat_id: chatId });
		const all = await broadcasts(chatId, OPENED);
		// Archiving also ended the conversation.
		expect(names(all)).toEqual([
			'chat conversation_updated',
			...Array(3).fill('team chat_updated'),
		]);
		const told = all.filter(({ topic }) => topic === TEAM_TOPIC).map(({ payload }) => payload.chat);
		expect(told.map((chat) => chat.archived)).toEqual([true, true, false]);
		expect(told.at(-1)).toMatchObject({ conversation_status: 'ended' });
	});
});

describe('events without a broadcast', () => {
	test('a chat without messages', async () => {
		expect(await broadcasts(await openChat(await createCustomer()))).toEqual([]);
	});

	test('a system message to the team as a customer’s', async () => {
		const { chatId } = await createConversation();
		await as(
			secretKey,
			(tx) => tx`
				insert into public.support_messages (id, chat_id, content, sender_type)
				values (${randomUUID()}, ${chatId}, 'Welcome', 'system')`,
		);
		expect(names(await broadcasts(chatId, OPENED))).not.toContain('team new_user_message');
	});

	test('nothing goes to a topic of another kind', async () => {
		const { chatId } = await createConversation();
		const others = await sql`
			select topic from realtime.messages
			where payload::text like ${`%${chatId}%`} and topic not in (${`support_chat:${chatId}`}, ${TEAM_TOPIC})`;
		expect([...others]).toEqual([]);
		const open = await sql`
			select topic from realtime.messages where not private and topic like '%support%'`;
		expect([...open]).toEqual([]);
	});

	test('a broadcast that fails does not take the message with it', async () => {
		const { customer, chatId } = await createConversation();
		await rolledBack(async (tx) => {
			// The host's own policy or a missing partition may refuse; realtime.send() only warns.
			await tx`create or replace function pg_temp.refuse() returns trigger language plpgsql as
				'begin raise exception ''no partition''; end'`;
			await tx.unsafe(
				'create trigger refuse before insert on realtime.messages for each row execute function pg_temp.refuse()',
			);
			await become(tx, customer);
			const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'stored all the same' };
			expect(await rpcIn(tx, 'send_support_message', args)).toHaveLength(1);
		}, 'read committed');
		expect(await storedChat(chatId)).toMatchObject({ last_seq: 1 });
	});
});
