import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	active,
	end,
	ended,
	escalate,
	release,
	stored,
	transfer,
	waiting,
} from '../helpers/conversations';
import { coded, one, refusal, rpc, signedOut, type Caller, type Row } from '../helpers/database';
import { createCustomer, createRemovedAgent, createAgent, send } from '../helpers/people';

const forbidden = coded(403, 'support_forbidden');
const VIEWS = ['active', 'mine', 'waiting', 'open', 'ended', 'archived'];

/** The views in which an agent sees a chat. */
async function viewsOf(caller: Caller, chatId: string): Promise<string[]> {
	const found: string[] = [];
	for (const p_view of VIEWS) {
		const rows = await rpc(caller, 'list_support_chats', { p_view, p_limit: 200 });
		if (rows.some(({ id }) => id === chatId)) found.push(p_view);
	}
	return found;
}

async function rowOf(caller: Caller, chatId: string): Promise<Row> {
	return (await one(rpc(caller, 'get_support_chat', { p_chat_id: chatId }))).chat;
}

describe('the views of the inbox', () => {
	test('follow a conversation from its first message to the archive', async () => {
		const { chatId, id, customer } = await waiting();
		const [ada, grace] = [await createAgent('agent', 'Ada'), await createAgent()];
		expect(await viewsOf(ada, chatId)).toEqual(['active', 'waiting', 'open']);
		await transfer(grace, id, ada.id);
		expect(await viewsOf(ada, chatId)).toEqual(['active', 'mine', 'open']);
		expect(await viewsOf(grace, chatId)).toEqual(['active', 'open']);
		await end(customer, id);
		expect(await viewsOf(ada, chatId)).toEqual(['active', 'ended']);
		await rpc(ada, 'archive_support_chat', { p_chat_id: chatId });
		expect(await viewsOf(ada, chatId)).toEqual(['ended', 'archived']);
		await send(customer, chatId, 'again');
		expect(await viewsOf(ada, chatId)).toEqual(['active', 'waiting', 'open']);
	});

	test('a row says who has it, since when it waits, and how urgent it is', async () => {
		const { chatId, id } = await waiting();
		const agent = await createAgent('agent', 'Noor');
		const { queued_at } = await stored(id);
		const row = await rowOf(agent, chatId);
		expect(row).toMatchObject({
			conversation_id: id,
			conversation_status: 'waiting',
			agent_id: null,
		});
		expect(new Date(row.waiting_since)).toEqual(queued_at);
		await transfer(agent, id, agent.id);
		await escalate(agent, id);
		expect(await rowOf(agent, chatId)).toMatchObject({
			conversation_status: 'active',
			agent_id: agent.id,
			agent_name: 'Noor',
			waiting_since: null,
			priority: 1,
		});
		await release(agent, id);
		expect(await rowOf(agent, chatId)).toMatchObject({ agent_id: null, agent_name: null });
	});

	test('show the newest conversation of a chat, whatever happens to earlier ones', async () => {
		const { chatId, id, customer, agent } = await ended();
		const next = await send(customer, chatId, 'again');
		await one(rpc(customer, 'rate_support_conversation', { p_conversation_id: id, p_rating: 5 }));
		expect(await rowOf(agent, chatId)).toMatchObject({
			conversation_id: next.conversation_id,
			conversation_status: 'waiting',
		});
	});

	test('the counts are those of the views', async () => {
		const agent = await createAgent();
		const counts = () => one(rpc(agent, 'get_support_inbox_counts'));
		expect((await counts()).mine).toBe(0);
		const held = await active(agent);
		await active(agent);
		expect((await counts()).mine).toBe(2);
		await end(agent, held.id);
		expect((await counts()).mine).toBe(1);
		const { open, waiting: queue, active: all } = await counts();
		expect(open).toBeGreaterThanOrEqual(1);
		expect(queue).toBeGreaterThanOrEqual(0);
		expect(all).toBeGreaterThanOrEqual(2);
	});

	test('are paged by the same cursor, each chat once', async () => {
		const agent = await createAgent();
		const held = [];
		for (let n = 0; n < 5; n++) held.push((await active(agent)).chatId);
		const seen: string[] = [];
		let before: Row | null = null;
		for (let page = 0; page < 4; page++) {
			const args: Row = { p_view: 'mine', p_limit: 2, p_before: before };
			const rows: Row[] = await rpc(agent, 'list_support_chats', args);
			seen.push(...rows.map(({ id }) => String(id)));
			const last = rows.at(-1);
			if (last) before = { last_message_at: last.last_message_at, id: last.id };
		}
		expect(seen).toEqual(held.reverse());
	});

	test('are searched as the tabs are; what is typed is text', async () => {
		const agent = await createAgent();
		const { customer, chatId } = await active(agent);
		const search = (p_search: string) =>
			rpc(agent, 'list_support_chats', { p_view: 'mine', p_search });
		expect((await search(customer.email)).map(({ id }) => id)).toEqual([chatId]);
		for (const typed of [`' or true --`, '%', `$5) or true`, `x' union select`]) {
			expect(await search(typed)).toEqual([]);
		}
	});

	test('a view that does not exist is refused', async () => {
		const call = rpc(await createAgent(), 'list_support_chats', { p_view: 'c.id is not null' });
		expect((await refusal(call)).code).toBe('22P02');
	});

	test.each(VIEWS)('%s is for agents alone', async (p_view) => {
		for (const caller of [await createCustomer(), await createRemovedAgent()]) {
			const call = rpc(caller, 'list_support_chats', { p_view });
			expect(await refusal(call)).toEqual(forbidden);
		}
		const call = rpc(signedOut, 'list_support_chats', { p_view });
		expect((await refusal(call)).code).toBe('42501');
	});
});

describe('escalating', () => {
	const call = (caller: Caller, id: string, p_priority: number | null) =>
		rpc(caller, 'escalate_support_conversation', { p_conversation_id: id, p_priority });

	test('and taking it back', async () => {
		const { id } = await waiting();
		const agent = await createAgent();
		for (const priority of [9, 0]) {
			await call(agent, id, priority);
			expect(await stored(id)).toMatchObject({ priority });
		}
	});

	test.each([-1, 10, null])('to %s is refused', async (priority) => {
		const { id } = await waiting();
		expect(await refusal(call(await createAgent(), id, priority))).toEqual(
			coded(400, 'support_priority_invalid'),
		);
		expect(await stored(id)).toMatchObject({ priority: 0 });
	});

	test('an ended or unknown one, or as a customer, is refused', async () => {
		const { id, agent, customer } = await ended();
		expect(await refusal(call(agent, id, 1))).toEqual(coded(409, 'support_bad_transition'));
		const missing = call(agent, randomUUID(), 1);
		expect(await refusal(missing)).toEqual(coded(404, 'support_conversation_not_found'));
		for (const caller of [customer, await createRemovedAgent()]) {
			expect(await refusal(call(caller, id, 1))).toEqual(forbidden);
		}
		expect((await refusal(call(signedOut, id, 1))).code).toBe('42501');
		expect(await stored(id)).toMatchObject({ priority: 0 });
	});
});
