import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	active,
	callIn,
	end,
	ended,
	release,
	stored,
	take,
	transfer,
	waiting,
} from '../helpers/conversations';
import { coded, refusal, rolledBack, signedOut, sql } from '../helpers/database';
import {
	createCustomer,
	createRemovedAgent,
	createAgent,
	send,
	storedMessages,
	type Person,
} from '../helpers/people';

const forbidden = coded(403, 'support_forbidden');
const notFound = coded(404, 'support_conversation_not_found');
const full = coded(409, 'support_agent_limit');

/** An agent with room for so many. */
async function limited(max_active: number): Promise<Person> {
	const agent = await createAgent();
	await sql`update public.support_agents set ${sql({ max_active })} where user_id = ${agent.id}`;
	return agent;
}

describe('taking a conversation', () => {
	test('makes it the agent’s, with the time', async () => {
		const { id } = await waiting();
		const agent = await createAgent();
		const taken = await take(agent, id);
		expect(taken).toMatchObject({ status: 'active', agent_id: agent.id, first_response_at: null });
		expect(taken.accepted_at >= taken.started_at).toBe(true);
	});

	test('again by the same agent changes nothing', async () => {
		const { id, agent } = await active();
		const before = await stored(id);
		expect(await take(agent, id)).toMatchObject({ id, status: 'active' });
		expect(await stored(id)).toEqual(before);
	});

	test('that another has is refused, and stays theirs', async () => {
		const { id } = await active();
		const before = await stored(id);
		expect(await refusal(take(await createAgent(), id))).toEqual(
			coded(409, 'support_already_taken'),
		);
		expect(await stored(id)).toEqual(before);
	});

	test('that has ended is refused', async () => {
		const { id } = await ended();
		const before = await stored(id);
		expect(await refusal(take(await createAgent(), id))).toEqual(
			coded(409, 'support_bad_transition'),
		);
		expect(await stored(id)).toEqual(before);
	});

	test('that does not exist is not found', async () => {
		expect(await refusal(take(await createAgent(), randomUUID()))).toEqual(notFound);
	});

	test.each(['take', 'release', 'transfer'] as const)('%s is for agents alone', async (name) => {
		const { id, customer } = await (name === 'take' ? waiting() : active());
		const agent = await createAgent();
		const before = await stored(id);
		const call = {
			take,
			release,
			transfer: (who: Person, one: string) => transfer(who, one, agent.id),
		};
		for (const caller of [customer, await createCustomer(), await createRemovedAgent()]) {
			expect(await refusal(call[name](caller, id))).toEqual(forbidden);
		}
		expect((await refusal(call[name](signedOut as Person, id))).code).toBe('42501');
		expect(await stored(id)).toEqual(before);
	});
});

describe('answering', () => {
	test('a waiting conversation takes it', async () => {
		const { id, chatId } = await waiting();
		const agent = await createAgent();
		const answer = await send(agent, chatId, 'Hi');
		expect(await stored(id)).toMatchObject({ status: 'active', agent_id: agent.id });
		expect((await stored(id)).first_response_at).toEqual(new Date(answer.created_at));
	});

	test('one that another has helps out, and leaves it theirs', async () => {
		const { id, chatId, agent } = await active();
		await send(await createAgent(), chatId, 'Me too');
		expect(await stored(id)).toMatchObject({ agent_id: agent.id });
	});

	test('one that another has is refused where only they may write', async () => {
		const { chatId, agent } = await active();
		const other = await createAgent();
		const args = () => ({ p_id: randomUUID(), p_chat_id: chatId, p_content: 'x' });
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set only_assigned_may_write = true`;
			expect(await callIn(tx, agent, 'send_support_message', args())).toHaveLength(1);
			const call = tx.savepoint((sp) => callIn(sp, other, 'send_support_message', args()));
			expect(await refusal(call)).toEqual(coded(403, 'support_not_assigned'));
		}, 'read committed');
		expect(await storedMessages(chatId)).toHaveLength(1);
	});

	test('by two at once: one has it, both answers are there', async () => {
		const { id, chatId } = await waiting();
		const [ada, grace] = [await createAgent(), await createAgent()];
		await Promise.all([send(ada, chatId, 'a'), send(grace, chatId, 'b')]);
		expect([ada.id, grace.id]).toContain((await stored(id)).agent_id);
		expect(await storedMessages(chatId)).toHaveLength(3);
	});

	test('past the limit is refused, and nothing is stored', async () => {
		const agent = await limited(1);
		await active(agent);
		const { id, chatId } = await waiting();
		expect(await refusal(send(agent, chatId, 'Hi'))).toEqual(full);
		expect(await stored(id)).toMatchObject({ status: 'waiting', agent_id: null });
		expect(await storedMessages(chatId)).toHaveLength(1);
	});
});

describe('the limit', () => {
	test('refuses what is beyond it, until one ends', async () => {
		const agent = await limited(1);
		const held = await active(agent);
		const { id } = await waiting();
		expect(await refusal(take(agent, id))).toEqual(full);
		await end(agent, held.id);
		expect(await take(agent, id)).toMatchObject({ status: 'active' });
	});

	test('is unassigned by default', async () => {
		const agent = await createAgent();
		for (let n = 0; n < 12; n++) await active(agent);
		const [row] = await sql`select support_private.count_active(${agent.id}) as n`;
		expect(row!.n).toBe(12);
	});
});

describe('handing on', () => {
	test('gives an active conversation to another agent, whoever has it now', async () => {
		const { id } = await active();
		const other = await createAgent();
		const before = await stored(id);
		const moved = await transfer(await createAgent(), id, other.id);
		expect(moved).toMatchObject({ status: 'active', agent_id: other.id });
		expect((await stored(id)).accepted_at).toEqual(before.accepted_at);
	});

	test('a waiting one assigns it', async () => {
		const { id } = await waiting();
		const other = await createAgent();
		expect(await transfer(await createAgent(), id, other.id)).toMatchObject({
			status: 'active',
			agent_id: other.id,
		});
	});

	test('to whom it belongs already changes nothing', async () => {
		const { id, agent } = await active();
		const before = await stored(id);
		await transfer(agent, id, agent.id);
		expect(await stored(id)).toEqual(before);
	});

	test.each([
		['nobody', async () => randomUUID(), coded(404, 'support_agent_not_found')],
		['a customer', async () => (await createCustomer()).id, coded(404, 'support_agent_not_found')],
		[
			'former agent',
			async () => (await createRemovedAgent()).id,
			coded(404, 'support_agent_not_found'),
		],
		[
			'an agent who is full',
			async () => {
				const agent = await limited(1);
				await active(agent);
				return agent.id;
			},
			full,
		],
	] as const)('to %s is refused, and it stays where it was', async (_whom, find, expected) => {
		const { id, agent } = await active();
		const before = await stored(id);
		expect(await refusal(transfer(agent, id, await find()))).toEqual(expected);
		expect(await stored(id)).toEqual(before);
	});

	test('an ended one is refused', async () => {
		const { id, agent } = await ended();
		const call = transfer(agent, id, (await createAgent()).id);
		expect(await refusal(call)).toEqual(coded(409, 'support_bad_transition'));
	});
});

describe('releasing', () => {
	test('puts one’s own back into the queue, at its end', async () => {
		const { id, agent } = await active();
		const released = await release(agent, id);
		expect(released).toMatchObject({ status: 'waiting', agent_id: null });
		expect(released.queued_at > released.started_at).toBe(true);
	});

	test('another’s is for admins', async () => {
		const { id } = await active();
		const before = await stored(id);
		expect(await refusal(release(await createAgent('agent'), id))).toEqual(
			coded(403, 'support_not_assigned'),
		);
		expect(await stored(id)).toEqual(before);
		expect(await release(await createAgent('admin'), id)).toMatchObject({ status: 'waiting' });
	});

	test.each([waiting, ended])('one without an agent is rejected', async (make) => {
		const { id } = await make();
		const before = await stored(id);
		expect(await refusal(release(await createAgent('admin'), id))).toEqual(
			coded(409, 'support_bad_transition'),
		);
		expect(await stored(id)).toEqual(before);
	});
});
