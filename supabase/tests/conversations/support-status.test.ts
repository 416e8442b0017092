import { describe, expect, test } from 'vitest';
import {
	active,
	callIn,
	end,
	ended,
	escalate,
	oneIn,
	start,
	waiting,
} from '../helpers/conversations';
import {
	one,
	refusal,
	rolledBack,
	rpc,
	signedOut,
	type Caller,
	type Row,
} from '../helpers/database';
import { createCustomer, createRemovedAgent, createAgent } from '../helpers/people';

const status = (caller: Caller): Promise<Row> => one(rpc(caller, 'support_status'));

describe('support_status', () => {
	test('of a new customer: no conversation, and nothing that only agents see', async () => {
		expect(await status(await createCustomer())).toEqual({
			app_name: 'Acme',
			agents_online: expect.any(Boolean),
			open: true,
			opens_at: null,
			expected_reply_minutes: null,
			emails_answers: expect.any(Boolean),
			conversation: null,
			queue_position: null,
			message_before_accept: true,
			allow_view_history: true,
			delete_history: 'off',
			settings_version: expect.any(Number),
			is_staff: false,
			waiting_count: null,
			dashboard_url: null,
			max_upload_mb: 10,
			upload_types: ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'application/pdf'],
		});
	});

	test('returns the state of the conversation, by these fields', async () => {
		const { customer, id, chatId, agent } = await active();
		const { conversation } = await status(customer);
		expect(conversation).toEqual({
			id,
			chat_id: chatId,
			status: 'active',
			agent_id: agent.id,
			agent_name: 'Mika',
			started_at: expect.any(String),
			queued_at: expect.any(String),
			accepted_at: expect.any(String),
			ended_at: null,
			ended_by: null,
			rating: null,
		});
		await end(customer, id);
		expect((await status(customer)).conversation).toMatchObject({ id, status: 'ended' });
		const next = await start(customer);
		expect((await status(customer)).conversation).toMatchObject({ id: next.id, status: 'waiting' });
	});

	test('returns the place in the queue: urgent ones first, then by arrival', async () => {
		const colleague = await createAgent();
		const [first, second, third] = [await waiting(), await waiting(), await waiting()];
		const place = async ({ customer }: { customer: Caller }) =>
			(await status(customer)).queue_position;
		const places = async () => [await place(first), await place(second), await place(third)];
		const [a, b, c] = await places();
		expect(a < b && b < c).toBe(true);
		await escalate(colleague, third.id);
		const [d, e, f] = await places();
		expect(f < d && d < e).toBe(true);
		await end(colleague, first.id);
		expect(await place(first)).toBeNull();
	});

	test('says when the team is back, and what to expect', async () => {
		const customer = await createCustomer();
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set expected_reply_minutes = 15`;
			await tx`
				insert into public.support_schedules (weekday, opens, closes)
				select extract(isodow from now() at time zone 'UTC' + interval '2 days'), '09:00', '17:00'`;
			const closed = await oneIn(tx, customer, 'support_status');
			expect(closed).toMatchObject({ open: false, expected_reply_minutes: 15 });
			const away = Date.parse(closed.opens_at) - Date.now();
			expect(away).toBeGreaterThan(24 * 3_600_000);
			expect(away).toBeLessThan(3 * 24 * 3_600_000);
		}, 'read committed');
	});

	test('shows agents how many wait, and their dashboard; customers and former agents neither', async () => {
		const colleague = await createAgent();
		const others = [await createCustomer(), await createRemovedAgent()];
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set dashboard_url = 'https://desk.example.com'`;
			const [row] = await tx<Row[]>`
				select count(*) as n from public.support_conversations where status = 'waiting'`;
			const seen = await oneIn(tx, colleague, 'support_status');
			expect(seen).toMatchObject({ is_staff: true, dashboard_url: 'https://desk.example.com' });
			expect(seen.waiting_count).toBeGreaterThanOrEqual(Number(row!.n) - 20);
			for (const other of others) {
				expect(await oneIn(tx, other, 'support_status')).toMatchObject({
					is_staff: false,
					waiting_count: null,
					dashboard_url: null,
				});
			}
		}, 'read committed');
	});

	test('forgets a conversation that its customer deleted', async () => {
		const { customer, id } = await ended();
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set delete_history = 'hide'`;
			await callIn(tx, customer, 'delete_support_conversation', { p_conversation_id: id });
			expect(await oneIn(tx, customer, 'support_status')).toMatchObject({ conversation: null });
		}, 'read committed');
	});

	test('creates nothing, and is refused to signed-out callers', async () => {
		const customer = await createCustomer();
		await status(customer);
		const [unread] = await rpc(customer, 'get_support_unread');
		expect(unread).toBeUndefined();
		expect((await refusal(status(signedOut))).code).toBe('42501');
	});
});
