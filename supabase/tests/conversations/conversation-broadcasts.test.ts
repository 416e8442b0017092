import { describe, expect, test } from 'vitest';
import {
	active,
	callIn,
	end,
	rate,
	release,
	take,
	transfer,
	waiting,
} from '../helpers/conversations';
import { rolledBack, sql, type Row } from '../helpers/database';
import { createAgent } from '../helpers/people';

const KEYS = [
	'accepted_at',
	'agent_id',
	'agent_name',
	'chat_id',
	'ended_at',
	'ended_by',
	'id',
	'queued_at',
	'rating',
	'started_at',
	'status',
];

/** Broadcasts to the people of a chat about its conversations, in order. */
async function told(chatId: string): Promise<Row[]> {
	const rows = await sql<Row[]>`
		select payload from realtime.messages
		where topic = ${`support_chat:${chatId}`} and event = 'conversation_updated'
		order by inserted_at, ctid`;
	return rows.map(({ payload }) => payload);
}

describe('conversation_updated', () => {
	test('broadcasts each move to the chat, by these keys and no others', async () => {
		const { chatId, id, customer } = await waiting();
		const [ada, grace] = [await createAgent('agent', 'Ada'), await createAgent('agent', 'Grace')];
		await take(ada, id);
		await transfer(ada, id, grace.id);
		await release(grace, id);
		await end(customer, id);
		await rate(customer, id, 4, 'between us');
		const all = await told(chatId);
		expect(all.map(({ conversation }) => [conversation.status, conversation.agent_name])).toEqual([
			['waiting', null],
			['active', 'Ada'],
			['active', 'Grace'],
			['waiting', null],
			['ended', null],
			['ended', null],
		]);
		for (const payload of all) {
			expect(Object.keys(payload).sort()).toEqual(['chat_id', 'conversation', 'id', 'type']);
			expect(Object.keys(payload.conversation).sort()).toEqual(KEYS);
		}
		expect(JSON.stringify(all)).not.toMatch(/between us|@/);
	});

	test('is broadcast to the team as the inbox row', async () => {
		const { chatId, agent } = await active();
		const rows = await sql<Row[]>`
			select payload from realtime.messages
			where topic = 'admin_support_notifications' and payload ->> 'chat_id' = ${chatId}
			order by inserted_at desc, ctid desc limit 1`;
		expect(rows[0]!.payload.chat).toMatchObject({
			conversation_status: 'active',
			agent_id: agent.id,
		});
	});

	test('a refused move broadcasts nothing', async () => {
		const { chatId, id } = await active();
		const before = await told(chatId);
		await take(await createAgent(), id).catch(() => undefined);
		expect(await told(chatId)).toEqual(before);
	});
});

test('conversation_deleted has the id, and no content', async () => {
	const { customer, chatId, id } = await waiting();
	await end(customer, id);
	await rolledBack(async (tx) => {
		await tx`update public.support_settings set delete_history = 'erase'`;
		await callIn(tx, customer, 'delete_support_conversation', { p_conversation_id: id });
		const [deleted] = await tx<Row[]>`
			select payload from realtime.messages
			where topic = ${`support_chat:${chatId}`} and event = 'conversation_deleted'`;
		expect(deleted!.payload).toEqual({
			id: expect.any(String),
			type: 'conversation_deleted',
			chat_id: chatId,
			conversation_id: id,
		});
	}, 'read committed');
});
