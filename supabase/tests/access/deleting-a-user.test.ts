import { describe, expect, test } from 'vitest';
import { sql } from '../helpers/database';
import { createConversation, createAgent, send, storedMessages } from '../helpers/people';

describe('deleting a user', () => {
	test('deletes their chat and every message in it', async () => {
		const { customer, chatId } = await createConversation();
		await send(await createAgent(), chatId, 'an answer');
		await sql`delete from auth.users where id = ${customer.id}`;
		expect(await sql`select from public.support_chats where id = ${chatId}`).toHaveLength(0);
		expect(await storedMessages(chatId)).toEqual([]);
	});

	test('who is an agent removes them from the team', async () => {
		const agent = await createAgent();
		await sql`delete from auth.users where id = ${agent.id}`;
		expect(await sql`select from public.support_agents where user_id = ${agent.id}`).toHaveLength(
			0,
		);
	});

	test('leaves other chats unchanged', async () => {
		const gone = await createConversation();
		const stays = await createConversation();
		const before = await storedMessages(stays.chatId);
		await sql`delete from auth.users where id = ${gone.customer.id}`;
		expect(await storedMessages(stays.chatId)).toEqual(before);
	});

	test('leaves no row without an owner in any table', async () => {
		const toUsers = await sql<{ table: string; rule: string }[]>`
			select k.conrelid::regclass::text as table, k.confdeltype as rule
			from pg_constraint k
			where k.contype = 'f' and k.confrelid = 'auth.users'::regclass and k.conrelid::regclass::text like 'support_%'`;
		expect(toUsers.length).toBeGreaterThanOrEqual(3);
		for (const { rule } of toUsers) expect(['c', 'n']).toContain(rule);
	});
});
