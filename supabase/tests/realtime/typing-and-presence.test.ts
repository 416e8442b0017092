import { beforeAll, describe, expect, test } from 'vitest';
import { refusal, rolledBack, rpc, rpcIn, become, sql, type Row } from '../helpers/database';
import {
	createConversation,
	createRemovedAgent,
	createAgent,
	type Person,
} from '../helpers/people';
import { maySend } from '../helpers/topics';

let customer: Person;
let stranger: Person;
let agent: Person;
let colleague: Person;
let chatId: string;

beforeAll(async () => {
	({ customer, chatId } = await createConversation());
	({ customer: stranger } = await createConversation());
	[agent, colleague] = [await createAgent(), await createAgent()];
});

/** The broadcasts of a call; it is rolled back afterwards. */
const broadcasts = (who: Person, name: string, args: Row, topic: string): Promise<Row[]> =>
	rolledBack(async (tx) => {
		await become(tx, who);
		await rpcIn(tx, name, args);
		await tx`reset role`;
		const rows =
			await tx`select payload from realtime.messages where topic = ${topic} order by inserted_at`;
		return rows.map((row) => row.payload as Row);
	});

describe('typing', () => {
	const type = (who: Person) =>
		broadcasts(
			who,
			'send_support_typing',
			{ p_chat_id: chatId, p_typing: true },
			`support_typing:${chatId}`,
		);

	test('carries the side, id and name that the database knows', async () => {
		expect(await type(customer)).toMatchObject([
			{ sender_type: 'user', sender_id: customer.id, name: null, typing: true },
		]);
		const [row] = await sql`
			select display_name from public.support_agents where user_id = ${agent.id}`;
		expect(await type(agent)).toMatchObject([
			{ sender_type: 'admin', sender_id: agent.id, name: row!.display_name, typing: true },
		]);
	});

	test('is refused in the chat of another, as in one that does not exist', async () => {
		const args = { p_chat_id: chatId, p_typing: true };
		const none = { p_chat_id: '00000000-0000-4000-8000-000000000000', p_typing: true };
		for (const who of [stranger, await createRemovedAgent()]) {
			const refused = await refusal(rpc(who, 'send_support_typing', args));
			expect(refused.message).toBe('support_chat_not_found');
			expect(await refusal(rpc(who, 'send_support_typing', none))).toEqual(refused);
		}
	});

	test('cannot be sent by a client itself, not even in its own chat', async () => {
		for (const who of [customer, agent])
			expect(await maySend(who, `support_typing:${chatId}`, 'broadcast')).toBe(false);
	});

	test('is limited: a flood ends in refusals', async () => {
		await rolledBack(async (tx) => {
			await become(tx, customer);
			const call = () => rpcIn(tx, 'send_support_typing', { p_chat_id: chatId, p_typing: true });
			for (let i = 0; i < 60; i++) await call();
			expect((await refusal(tx.savepoint(call))).message).toBe('support_rate_limited');
		});
	});
});

describe('presence', () => {
	test('is stored and broadcast under the caller’s own id', async () => {
		const told = await broadcasts(
			agent,
			'set_support_presence',
			{ p_chat_id: chatId },
			'support_staff',
		);
		expect(told.at(-1)).toMatchObject({ user_id: agent.id, chat_id: chatId });
	});

	test('lists the agents who are online, and no one whom a colleague impersonates', async () => {
		await rpc(agent, 'support_heartbeat');
		await rpc(agent, 'set_support_presence', { p_chat_id: chatId });
		const list = await rpc(agent, 'list_support_presence');
		const ids = list.map((row) => row.user_id);
		expect(list).toContainEqual(expect.objectContaining({ user_id: agent.id, chat_id: chatId }));
		expect(ids).not.toContain(colleague.id);
	});

	test('keeps no chat that does not exist, and is for agents alone', async () => {
		const none = { p_chat_id: '00000000-0000-4000-8000-000000000000' };
		const told = await broadcasts(agent, 'set_support_presence', none, 'support_staff');
		expect(told.at(-1)).toMatchObject({ user_id: agent.id, chat_id: null });
		for (const name of ['set_support_presence', 'list_support_presence'])
			expect((await refusal(rpc(customer, name))).message).toBe('support_forbidden');
		expect(await maySend(agent, 'support_staff', 'broadcast')).toBe(false);
	});
});
