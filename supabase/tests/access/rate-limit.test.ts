import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	become,
	becomeOwner,
	coded,
	refusal,
	rolledBack,
	rpcIn,
	type Caller,
	type Transaction,
} from '../helpers/database';
import { createConversation, createAgent, type Person } from '../helpers/people';

const PER_MINUTE = 5;

async function sendIn(tx: Transaction, caller: Caller, chatId: string): Promise<void> {
	await become(tx, caller);
	const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'x' };
	await tx.savepoint((sp) => rpcIn(sp, 'send_support_message', args));
}

/** Runs with a limit of 5 a minute, one of which is used, in a transaction that is taken back. */
async function limited(
	work: (tx: Transaction, chatId: string, customer: Person) => Promise<void>,
): Promise<void> {
	const { customer, chatId } = await createConversation();
	await rolledBack(async (tx) => {
		await tx`update public.support_settings set messages_per_minute = ${PER_MINUTE}`;
		await work(tx, chatId, customer);
	}, 'read committed');
}

describe('the limit of a customer’s messages', () => {
	test('a message beyond the limit is rejected and not stored', () =>
		limited(async (tx, chatId, customer) => {
			for (let n = 1; n < PER_MINUTE; n++) await sendIn(tx, customer, chatId);
			expect(await refusal(sendIn(tx, customer, chatId))).toEqual(
				coded(429, 'support_rate_limited'),
			);
			await becomeOwner(tx);
			const [chat] = await tx`select last_seq from public.support_chats where id = ${chatId}`;
			expect(chat!.last_seq).toBe(PER_MINUTE);
			const stored = await tx`select from public.support_messages where chat_id = ${chatId}`;
			expect(stored).toHaveLength(PER_MINUTE);
		}));

	test('after a minute messages are accepted again', () =>
		limited(async (tx, chatId, customer) => {
			for (let n = 1; n < PER_MINUTE; n++) await sendIn(tx, customer, chatId);
			await becomeOwner(tx);
			await tx`
				update support_private.usage_counters set slot_started_at = slot_started_at - interval '66 seconds'
				where subject = ${customer.id}`;
			for (let n = 0; n < PER_MINUTE; n++) await sendIn(tx, customer, chatId);
			expect((await refusal(sendIn(tx, customer, chatId))).code).toBe('PT429');
		}));

	test('deleting messages does not raise the limit', () =>
		limited(async (tx, chatId, customer) => {
			await tx`update public.support_settings set delete_history = 'erase'`;
			for (let n = 1; n < PER_MINUTE; n++) {
				await sendIn(tx, customer, chatId);
				await becomeOwner(tx);
				const [open] = await tx`
					select id from public.support_conversations where chat_id = ${chatId} and status <> 'ended'`;
				await become(tx, customer);
				await rpcIn(tx, 'end_support_conversation', { p_conversation_id: open!.id });
				await rpcIn(tx, 'delete_support_conversation', { p_conversation_id: open!.id });
			}
			expect(await refusal(sendIn(tx, customer, chatId))).toEqual(
				coded(429, 'support_rate_limited'),
			);
		}));

	test('an agent’s replies have a separate limit, which no customer uses up', async () => {
		const agent = await createAgent();
		await limited(async (tx, chatId, customer) => {
			await tx`update support_private.limits set amount = ${2 * PER_MINUTE} where action = 'answer'`;
			for (let n = 0; n < 2 * PER_MINUTE; n++) await sendIn(tx, agent, chatId);
			expect((await refusal(sendIn(tx, agent, chatId))).code).toBe('PT429');
			await sendIn(tx, customer, chatId);
		});
	});

	test('each customer has a separate limit', async () => {
		const other = await createConversation();
		await limited(async (tx, chatId, customer) => {
			for (let n = 1; n < PER_MINUTE; n++) await sendIn(tx, customer, chatId);
			await sendIn(tx, other.customer, other.chatId);
		});
	});
});
