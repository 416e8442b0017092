import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import {
	become,
	becomeOwner,
	coded,
	one,
	refusal,
	rolledBack,
	rpcIn,
	secretKey,
	signedOut,
	sql,
	type Caller,
	type Row,
	type Transaction,
} from '../helpers/database';
import { callIn, ended, oneIn } from '../helpers/conversations';
import { createCustomer, createRemovedAgent, createAgent, openChat } from '../helpers/people';
import { addDeliveries, addWebhook, deliveries, EVENTS, webhook } from '../helpers/webhooks';

const admin = await createAgent('admin');
const UUID = randomUUID();

/** Asks a function within a transaction that goes on. */
const asked = (
	tx: Transaction,
	name: string,
	args: Row,
): Promise<{ code: string; message: string }> =>
	refusal(tx.savepoint((inner) => rpcIn(inner as Transaction, name, args)));

describe('who may have to do with webhooks', () => {
	const admins: [string, Row][] = [
		['create_support_webhook', { p_url: 'https://example.com', p_events: ['chat.created'] }],
		['rotate_support_webhook_secret', { p_id: UUID }],
		['test_support_webhook', { p_id: UUID }],
		['resend_support_webhook_delivery', { p_id: UUID }],
	];
	const workers: [string, Row][] = [
		['support_claim_webhook_deliveries', { p_worker: UUID }],
		['support_finish_webhook_delivery', { p_id: UUID, p_worker: UUID, p_attempt: 1 }],
	];
	const everybody: [string, () => Promise<Caller>, string][] = [
		['someone signed out', async () => signedOut, '42501'],
		['a customer', () => createCustomer(), 'PT403'],
		['an agent', () => createAgent('agent'), 'PT403'],
		['removed agent', () => createRemovedAgent(), 'PT403'],
	];

	test.each(everybody)('not %s', async (_who, make, code) => {
		const caller = await make();
		await rolledBack(async (tx) => {
			const { id } = await addWebhook(tx, admin);
			await addDeliveries(tx, id);
			const before = await webhook(tx, id);
			await become(tx, caller);
			for (const [name, args] of admins) expect((await asked(tx, name, args)).code).toBe(code);
			for (const [name, args] of workers) expect((await asked(tx, name, args)).code).toBe('42501');
			if (caller !== signedOut) {
				expect(await tx`select id from public.support_webhooks`).toHaveLength(0);
				expect(await tx`select from public.support_webhook_deliveries`).toHaveLength(0);
				expect((await tx`update public.support_webhooks set enabled = false`).count).toBe(0);
				expect((await tx`delete from public.support_webhooks`).count).toBe(0);
			}
			await becomeOwner(tx);
			expect(await webhook(tx, id)).toEqual(before);
		});
	});

	test('an admin sees and changes them, but not a secret', async () => {
		await rolledBack(async (tx) => {
			const { id, secret } = await addWebhook(tx, admin);
			await become(tx, admin);
			await tx`update public.support_webhooks set description = 'CRM', enabled = false where id = ${id}`;
			const [row] = await tx<Row[]>`
				select id, url, description, events, enabled from public.support_webhooks where id = ${id}`;
			expect(row).toMatchObject({ id, description: 'CRM', enabled: false, events: EVENTS });
			for (const statement of [
				'select secret_id from public.support_webhooks',
				'select * from vault.decrypted_secrets',
				'update public.support_webhooks set secret_id = gen_random_uuid()',
				`insert into public.support_webhooks (url, events, secret_id) values ('https://x.example', '{chat.created}', gen_random_uuid())`,
				`update public.support_webhook_deliveries set status = 'pending'`,
			])
				expect((await refusal(tx.savepoint((inner) => inner.unsafe(statement)))).code).toBe(
					'42501',
				);
			for (const [name, args] of workers) expect((await asked(tx, name, args)).code).toBe('42501');
			await becomeOwner(tx);
			expect(() => new Webhook(secret)).not.toThrow();
			expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
			expect(JSON.stringify(await webhook(tx, id))).not.toContain(secret);
		});
	});

	test('a deleted one takes its secrets, deliveries and attempts with it', async () => {
		await rolledBack(async (tx) => {
			const { id } = await addWebhook(tx, admin);
			const [delivery] = await addDeliveries(tx, id);
			await tx`insert into public.support_webhook_attempts (delivery_id, attempt) values (${delivery!}, 1)`;
			await become(tx, admin);
			await rpcIn(tx, 'rotate_support_webhook_secret', { p_id: id });
			expect((await tx`delete from public.support_webhooks where id = ${id}`).count).toBe(1);
			await becomeOwner(tx);
			const left = await tx`
				select from vault.secrets where name like 'support\\_webhook\\_' || ${id} || '%'
				union all select from public.support_webhook_deliveries where webhook_id = ${id}
				union all select from public.support_webhook_attempts where delivery_id = ${delivery!}`;
			expect(left).toHaveLength(0);
		});
	});

	test('an invalid webhook gets a clear error', async () => {
		await rolledBack(async (tx) => {
			await become(tx, admin);
			for (const name of ['rotate_support_webhook_secret', 'test_support_webhook'])
				expect(await asked(tx, name, { p_id: UUID })).toEqual(
					coded(404, 'support_webhook_not_found'),
				);
			expect(await asked(tx, 'resend_support_webhook_delivery', { p_id: UUID })).toEqual(
				coded(404, 'support_webhook_delivery_not_found'),
			);
			const url = 'https://example.com';
			for (const p_events of [[], ['x'], ['chat.created', 'test.ping'], null])
				expect(await asked(tx, 'create_support_webhook', { p_url: url, p_events })).toEqual(
					coded(400, 'support_webhook_events_invalid'),
				);
			for (const p_description of ['x'.repeat(201), 'a\nb'])
				expect(
					await asked(tx, 'create_support_webhook', {
						...{ p_url: url, p_events: ['chat.created'], p_description },
					}),
				).toEqual(coded(400, 'support_webhook_description_invalid'));
			const [{ count } = { count: 0 }] = await tx<
				{ count: number }[]
			>`select count(*) from public.support_webhooks`;
			const args = { p_url: url, p_events: ['chat.created'] };
			for (let n = count; n < 10; n += 1) await rpcIn(tx, 'create_support_webhook', args);
			expect(await asked(tx, 'create_support_webhook', args)).toEqual(
				coded(409, 'support_webhooks_too_many'),
			);
		});
	});
});

describe('what is sent', () => {
	test('a customer’s whole conversation, event by event, in the transaction that made it', async () => {
		const customer = await createCustomer();
		const [ada, grace] = [await createAgent('agent', 'Ada'), await createAgent('agent', 'Grace')];
		await rolledBack(async (tx) => {
			const { id: webhookId } = await addWebhook(tx, admin);
			const chat = await oneIn(tx, customer, 'get_or_create_support_chat');
			const sent = { p_id: randomUUID(), p_chat_id: chat.id, p_content: 'Hello' };
			const message = await oneIn(tx, customer, 'send_support_message', sent);
			const byId = { p_conversation_id: message.conversation_id };
			await callIn(tx, ada, 'take_support_conversation', byId);
			await callIn(tx, ada, 'transfer_support_conversation', { ...byId, p_agent_id: grace.id });
			await callIn(tx, grace, 'release_support_conversation', byId);
			await callIn(tx, grace, 'escalate_support_conversation', { ...byId, p_priority: 3 });
			await callIn(tx, customer, 'end_support_conversation', byId);
			await oneIn(tx, customer, 'rate_support_conversation', {
				...{ ...byId, p_rating: 4, p_feedback: 'Quick' },
			});
			const rows = await deliveries(tx, webhookId);
			const told = Object.fromEntries(rows.map(({ event, payload }) => [event, payload.data]));
			expect(rows.map(({ event }) => event).sort()).toEqual([...EVENTS].sort());
			for (const { event, payload, chat_id } of rows) {
				expect(payload).toMatchObject({
					type: event,
					timestamp: expect.stringMatching(/^\d{4}-.*T/),
				});
				expect(Object.keys(payload).sort()).toEqual(['data', 'timestamp', 'type']);
				expect(chat_id).toBe(chat.id);
				expect(payload.data).toMatchObject({ chat_id: chat.id, user_id: customer.id });
			}
			expect(told['message.created']).toMatchObject({
				conversation_id: message.conversation_id,
				message: { id: sent.p_id, content: 'Hello', sender_type: 'user', seq: 1 },
			});
			expect(told['conversation.started']).toMatchObject({ status: 'waiting', priority: 0 });
			expect(told['conversation.accepted']).toMatchObject({ agent_id: ada.id, agent_name: 'Ada' });
			expect(told['conversation.transferred']).toMatchObject({
				...{ agent_name: 'Grace', previous_agent_id: ada.id },
			});
			expect(told['conversation.requeued']).toMatchObject({
				...{ agent_id: null, previous_agent_id: grace.id },
			});
			expect(told['conversation.escalated']).toMatchObject({ priority: 3 });
			expect(told['conversation.ended'].summary).toEqual({
				waited_seconds: 0,
				duration_seconds: 0,
				message_count: 1,
				ended_by: 'user',
				rating: null,
			});
			expect(told['conversation.rated']).toMatchObject({ rating: 4, feedback: 'Quick' });
			expect(Object.keys(told['conversation.started']).sort()).toEqual(
				[
					...['accepted_at', 'agent_id', 'agent_name', 'chat_id', 'conversation_id', 'ended_at'],
					...['ended_by', 'feedback', 'priority', 'queued_at', 'rated_at', 'rating', 'started_at'],
					...['status', 'user_id'],
				].sort(),
			);
		}, 'read committed');
	});

	test('to webhooks that listen and are on, and to no others', async () => {
		const customer = await createCustomer();
		await rolledBack(async (tx) => {
			const listens = await addWebhook(tx, admin, undefined, ['chat.created']);
			const other = await addWebhook(tx, admin, undefined, ['message.created']);
			const off = await addWebhook(tx, admin);
			await tx`update public.support_webhooks set enabled = false where id = ${off.id}`;
			await oneIn(tx, customer, 'get_or_create_support_chat');
			expect(await deliveries(tx, listens.id)).toHaveLength(1);
			expect(await deliveries(tx, other.id)).toHaveLength(0);
			expect(await deliveries(tx, off.id)).toHaveLength(0);
		}, 'read committed');
	});

	test('nothing of what was rolled back', async () => {
		const customer = await createCustomer();
		const chatId = await openChat(customer);
		await rolledBack(async (tx) => {
			const { id } = await addWebhook(tx, admin);
			const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'Hello' };
			await become(tx, customer);
			const taken = tx.savepoint(async (inner) => {
				await one(rpcIn(inner as Transaction, 'send_support_message', args));
				throw new Error('taken back');
			});
			await expect(taken).rejects.toThrow('taken back');
			await becomeOwner(tx);
			expect(await deliveries(tx, id)).toHaveLength(0);
		}, 'read committed');
	});

	test('a message is stored even if the outbox takes nothing', async () => {
		const customer = await createCustomer();
		const chatId = await openChat(customer);
		await rolledBack(async (tx) => {
			await addWebhook(tx, admin);
			await tx`alter table public.support_webhook_deliveries add constraint full_up check (event = 'x')`;
			const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'Hello' };
			expect((await oneIn(tx, customer, 'send_support_message', args)).seq).toBe(1);
			const [fault] = await tx<Row[]>`
				select message from public.support_faults where source = 'support_webhooks'`;
			expect(fault!.message).toMatch(/full_up/);
		}, 'read committed');
	});

	test('deliveries about a chat are deleted with the chat', async () => {
		const customer = await createCustomer();
		await rolledBack(async (tx) => {
			const { id } = await addWebhook(tx, admin);
			await oneIn(tx, customer, 'get_or_create_support_chat');
			expect(await deliveries(tx, id)).toHaveLength(1);
			await tx`delete from auth.users where id = ${customer.id}`;
			expect(await deliveries(tx, id)).toHaveLength(0);
		}, 'read committed');
	});

	test('deliveries about a conversation are deleted when its customer erases it, and no others', async () => {
		const [{ customer, agent }, other] = [await ended(), await createCustomer()];
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set delete_history = 'erase'`;
			const { id } = await addWebhook(tx, admin);
			const chat = await oneIn(tx, customer, 'get_or_create_support_chat');
			const say = async (content: string): Promise<unknown> => {
				const args = { p_id: randomUUID(), p_chat_id: chat.id, p_content: content };
				return (await oneIn(tx, customer, 'send_support_message', args)).conversation_id;
			};
			const erased = { p_conversation_id: await say('my secret') };
			await callIn(tx, agent, 'end_support_conversation', erased);
			await oneIn(tx, customer, 'rate_support_conversation', {
				...{ ...erased, p_rating: 1, p_feedback: 'another secret' },
			});
			await say('kept');
			await oneIn(tx, other, 'get_or_create_support_chat');
			await callIn(tx, customer, 'delete_support_conversation', erased);
			const told = await deliveries(tx, id);
			expect(told.map(({ event }) => event).sort()).toEqual([
				'chat.created',
				'conversation.started',
				'message.created',
			]);
			expect(JSON.stringify(told)).not.toContain('secret');
		}, 'read committed');
	});
});

test('the database and these tests know the same events', async () => {
	const [row] = await sql<
		{ events: string[] }[]
	>`select support_private.webhook_events() as events`;
	expect(row!.events).toEqual(EVENTS);
	expect(secretKey.role).toBe('service_role');
});
