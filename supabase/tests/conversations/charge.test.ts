import { beforeAll, describe, expect, test } from 'vitest';
import { active, transfer, waiting } from '../helpers/conversations';
import {
	become,
	coded,
	one,
	refusal,
	rolledBack,
	rpc,
	rpcIn,
	type Row,
	type Transaction,
} from '../helpers/database';
import { createAgent, openChat, send, storedChat, type Person } from '../helpers/people';

/** The actions of an agent on a conversation, except replying. */
const acts: Record<string, (id: string, chatId: string, agentId: string) => Row> = {
	transfer_support_conversation: (id, _chatId, agentId) => ({
		p_conversation_id: id,
		p_agent_id: agentId,
	}),
	release_support_conversation: (id) => ({ p_conversation_id: id }),
	end_support_conversation: (id) => ({ p_conversation_id: id }),
	escalate_support_conversation: (id) => ({ p_conversation_id: id }),
	archive_support_chat: (_id, chatId) => ({ p_chat_id: chatId }),
};
const names = Object.keys(acts);

let holder: Person;
let colleague: Person;
let admin: Person;
let held: { id: string; chatId: string };

beforeAll(async () => {
	[holder, colleague, admin] = [
		await createAgent(),
		await createAgent(),
		await createAgent('admin'),
	];
	held = await active(holder);
});

function assignedOnly(work: (tx: Transaction) => Promise<void>): Promise<void> {
	return rolledBack(async (tx) => {
		await tx`update public.support_settings set only_assigned_may_write = true`;
		await work(tx);
	}, 'read committed');
}

describe('while only the agent who has a conversation may write in it', () => {
	test.each(names)('a colleague cannot call %s', (name) =>
		assignedOnly(async (tx) => {
			await become(tx, colleague);
			const call = rpcIn(tx, name, acts[name]!(held.id, held.chatId, colleague.id));
			expect(await refusal(call)).toEqual(coded(403, 'support_not_assigned'));
		}),
	);

	test.each(names)('the one who has it can call %s, and so can an admin', (name) =>
		assignedOnly(async (tx) => {
			for (const person of [holder, admin])
				await tx
					.savepoint(async (sp) => {
						await become(sp, person);
						await rpcIn(sp, name, acts[name]!(held.id, held.chatId, colleague.id));
						throw new Error('taken back');
					})
					.catch((error: unknown) => {
						if (!(error instanceof Error && error.message === 'taken back')) throw error;
					});
		}),
	);

	test('any agent can transfer a waiting conversation to a colleague', async () => {
		const { id } = await waiting();
		await assignedOnly(async (tx) => {
			await become(tx, colleague);
			const args = { p_conversation_id: id, p_agent_id: holder.id };
			const given = await one(rpcIn(tx, 'transfer_support_conversation', args));
			expect(given).toMatchObject({ status: 'active', agent_id: holder.id });
		});
	});
});

describe('an agent who is a customer, too', () => {
	let agent: Person;
	let chatId: string;
	let id: string;
	const own = coded(403, 'support_own_conversation');

	beforeAll(async () => {
		agent = await createAgent('admin');
		chatId = await openChat(agent);
		const message = await send(agent, chatId, 'Can somebody help me?');
		id = String(message.conversation_id);
	});

	test('cannot take their own conversation, nor get it from a colleague', async () => {
		expect(
			await refusal(rpc(agent, 'take_support_conversation', { p_conversation_id: id })),
		).toEqual(own);
		expect(await refusal(transfer(colleague, id, agent.id))).toEqual(own);
	});

	test.each(names.filter((name) => name !== 'end_support_conversation'))(
		'cannot call %s for it',
		async (name) => {
			const call = rpc(agent, name, acts[name]!(id, chatId, colleague.id));
			expect(await refusal(call)).toEqual(own);
		},
	);

	test('does not get it from the queue, even if no other agent is online', () =>
		rolledBack(async (tx) => {
			await tx`update public.support_settings set auto_assign = true`;
			await tx`update public.support_agents set available = user_id = ${agent.id}, last_seen_at = now()`;
			const [waits] = await tx`select (support_private.assign_conversation(${id})).status`;
			expect(waits).toEqual({ status: 'waiting' });
		}, 'read committed'));

	test('reads it as its customer: the team has not seen it', async () => {
		const before = await storedChat(chatId);
		await rpc(agent, 'mark_support_chat_viewed', { p_chat_id: chatId });
		expect(await storedChat(chatId)).toMatchObject({
			unread: true,
			admin_viewed_at: before.admin_viewed_at,
		});
	});

	test('ends it as its customer, and rates the colleague who had it', () =>
		rolledBack(async (tx) => {
			await become(tx, colleague);
			await rpcIn(tx, 'take_support_conversation', { p_conversation_id: id });
			await become(tx, agent);
			const ended = await one(rpcIn(tx, 'end_support_conversation', { p_conversation_id: id }));
			expect(ended).toMatchObject({ status: 'ended', ended_by: 'user' });
			const args = { p_conversation_id: id, p_rating: 5 };
			expect(await one(rpcIn(tx, 'rate_support_conversation', args))).toMatchObject({ rating: 5 });
		}, 'read committed'));

	test('cannot rate a conversation that they handled', async () => {
		const conversation = await active(agent);
		// As older rows may be.
		await rolledBack(async (tx) => {
			await tx`delete from public.support_chats where id = ${chatId}`;
			await tx`update public.support_chats set user_id = ${agent.id} where id = ${conversation.chatId}`;
			await become(tx, agent);
			const args = { p_conversation_id: conversation.id };
			await rpcIn(tx, 'end_support_conversation', args);
			const stars = rpcIn(tx, 'rate_support_conversation', { ...args, p_rating: 5 });
			expect(await refusal(stars)).toEqual(own);
		}, 'read committed');
	});
});
