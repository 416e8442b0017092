import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { callIn, oneIn } from '../helpers/conversations';
import { rolledBack, type Row, type Transaction } from '../helpers/database';
import { createCustomer, createAgent, type Person } from '../helpers/people';

/** The SQL of docs/hooks.md, by the name that stands at its block: `sql recipe=<name>`. */
const document = readFileSync(join(import.meta.dirname, '../../../docs/hooks.md'), 'utf8');
const recipes = new Map(
	[...document.matchAll(/^```sql recipe=(\w+)\n(.*?)^```$/gms)].map(([, name = '', text = '']) => [
		name,
		text,
	]),
);

/** Runs a recipe as the SQL editor would, in a transaction that is taken back. */
function cook<T>(name: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
	return rolledBack(async (tx) => {
		await tx.unsafe(recipes.get(name) ?? 'no such recipe');
		const result = await work(tx);
		const faults = await tx<Row[]>`
			select source, message from public.support_faults where source like 'support\\_hooks.%'`;
		expect([...faults]).toEqual([]);
		return result;
	}, 'read committed');
}

interface Conversation {
	id: string;
	conversationId: string;
	again(text: string): Promise<unknown>;
	end(): Promise<unknown>;
}

async function write(tx: Transaction, customer: Person, content: string): Promise<Conversation> {
	const chat = await oneIn(tx, customer, 'get_or_create_support_chat');
	const send = (text: string): Promise<Row> =>
		oneIn(tx, customer, 'send_support_message', {
			p_id: randomUUID(),
			p_chat_id: chat.id,
			p_content: text,
		});
	const message = await send(content);
	const byId = { p_conversation_id: message.conversation_id };
	return {
		id: String(message.id),
		conversationId: String(message.conversation_id),
		again: send,
		end: () => callIn(tx, customer, 'end_support_conversation', byId),
	};
}

describe('a recipe of docs/hooks.md', () => {
	test('there are four', () => {
		expect([...recipes.keys()]).toEqual(['log', 'crm', 'count', 'escalate']);
	});

	test('keeps a log', async () => {
		const customer = await createCustomer();
		await cook('log', async (tx) => {
			const message = await write(tx, customer, 'Hello');
			const log = await tx<Row[]>`select event, data from public.my_support_log order by id`;
			expect(log.map(({ event }) => event)).toEqual([
				'chat.created',
				'conversation.started',
				'message.created',
			]);
			expect(log[2]!.data.message.id).toBe(message.id);
		});
	});

	test('posts to a CRM when a conversation has ended', async () => {
		const customer = await createCustomer();
		await cook('crm', async (tx) => {
			const { end } = await write(tx, customer, 'Hello');
			await end();
			const [request, ...others] = await tx<Row[]>`
				select url, method, convert_from(body, 'utf8')::jsonb as body from net.http_request_queue
				where url like 'https://crm.example/%'`;
			expect(others).toEqual([]);
			expect(request).toMatchObject({
				url: 'https://crm.example/hooks/support',
				method: 'POST',
				body: {
					customer: customer.id,
					rating: null,
					summary: { message_count: 1, ended_by: 'user' },
				},
			});
		});
	});

	test('counts a customer’s conversations', async () => {
		const customer = await createCustomer();
		await cook('count', async (tx) => {
			const { end, again } = await write(tx, customer, 'Hello');
			await end();
			await again('And another thing');
			const rows = await tx<Row[]>`
				select support_conversations from public.my_customers where user_id = ${customer.id}`;
			expect([...rows]).toEqual([{ support_conversations: 2 }]);
		});
	});

	test('escalates: priority, and a notice to each admin, once', async () => {
		const supervisor = await createAgent('admin', 'Supervisor');
		const agent = await createAgent('agent');
		const [customer, other] = [await createCustomer(), await createCustomer()];
		await cook('escalate', async (tx) => {
			const calm = await write(tx, other, 'It is not urgently needed');
			const { conversationId: id, again } = await write(tx, customer, 'This is URGENT!');
			await again('urgent, I said');
			const priorities = await tx<Row[]>`
				select priority from public.support_conversations where id in (${calm.conversationId}, ${id}) order by priority`;
			expect(priorities.map(({ priority }) => priority)).toEqual([0, 9]);
			const notices = await tx<Row[]>`
				select agent_id, note from public.support_notifications
				where conversation_id = ${id} and kind = 'staff_assigned' and agent_id in (${supervisor.id}, ${agent.id})`;
			expect([...notices]).toEqual([
				{ agent_id: supervisor.id, note: 'A customer says that it is urgent' },
			]);
		});
	});
});
