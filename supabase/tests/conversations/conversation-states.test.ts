import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { active, callIn, end, ended, stored, take, waiting } from '../helpers/conversations';
import { as, coded, refusal, rolledBack, rpc, signedOut, sql, type Row } from '../helpers/database';
import {
	createCustomer,
	createRemovedAgent,
	createAgent,
	send,
	storedChat,
	storedMessages,
} from '../helpers/people';

type Status = 'waiting' | 'active' | 'ended';
const makers = { waiting, active, ended };
const badTransition = coded(409, 'support_bad_transition');

/** Moves a conversation by the function that alone may. */
async function move(id: string, to: Status, agentId: string | null): Promise<Row> {
	const [row] = await sql<Row[]>`
		select * from support_private.transition_conversation(${id}, ${to}, ${agentId}, ${to === 'ended' ? 'staff' : null})`;
	return row!;
}

describe('a conversation', () => {
	test.each([
		['waiting', 'active'],
		['waiting', 'ended'],
		['active', 'active'],
		['active', 'waiting'],
		['active', 'ended'],
	] as [Status, Status][])('moves from %s to %s', async (from, to) => {
		const { id } = await makers[from]();
		const agent = await createAgent();
		const moved = await move(id, to, to === 'active' ? agent.id : null);
		expect(moved).toMatchObject({ status: to });
		expect(moved.agent_id === agent.id).toBe(to === 'active');
		expect((await stored(id)).status).toBe(to);
	});

	test.each([
		['waiting', 'waiting'],
		['ended', 'waiting'],
		['ended', 'active'],
		['ended', 'ended'],
	] as [Status, Status][])('never from %s to %s, and stays as it is', async (from, to) => {
		const { id, chatId } = await makers[from]();
		const agent = await createAgent();
		const before = [await stored(id), await storedMessages(chatId)];
		expect(await refusal(move(id, to, agent.id))).toEqual(badTransition);
		expect([await stored(id), await storedMessages(chatId)]).toEqual(before);
	});

	test.each([
		[
			'opens active',
			sql`
			insert into public.support_conversations (chat_id, status, agent_id)
			select c.id, 'active', a.user_id from public.support_chats c, public.support_agents a limit 1`,
		],
		[
			'is reopened',
			sql`
			update public.support_conversations set status = 'waiting', ended_at = null, ended_by = null
			where status = 'ended' and rating is null`,
		],
		[
			'ends at another time',
			sql`
			update public.support_conversations set ended_at = '2000-01-01' where status = 'ended'`,
		],
	])('no writer of the table gets past that: none %s', async (_what, statement) => {
		await ended();
		const tried = rolledBack((tx) => tx`${statement}`);
		expect(await refusal(tried)).toEqual(badTransition);
	});

	test('is active with an agent only', async () => {
		const { id } = await waiting();
		expect((await refusal(move(id, 'active', null))).code).toBe('23514');
		expect(await stored(id)).toMatchObject({ status: 'waiting' });
	});
});

describe('ending', () => {
	test('by the customer, waiting or active', async () => {
		for (const make of [waiting, active]) {
			const { customer, id } = await make();
			const done = await end(customer, id);
			expect(done).toMatchObject({ status: 'ended', ended_by: 'user' });
			expect(await stored(id)).toMatchObject({ ended_by_id: customer.id });
			expect(done.ended_at).not.toBeNull();
		}
	});

	test('by anyone on the team, also who does not have it', async () => {
		const { id, agent } = await active();
		const other = await createAgent();
		const done = await end(other, id);
		expect(done).toMatchObject({ ended_by: 'staff', agent_id: agent.id });
		expect(await stored(id)).toMatchObject({ ended_by_id: other.id });
	});

	test('a second time is refused, and who ended it first stays', async () => {
		const { customer, id, agent } = await ended();
		const before = await stored(id);
		for (const caller of [customer, agent]) {
			expect(await refusal(end(caller, id))).toEqual(badTransition);
		}
		expect(await stored(id)).toEqual(before);
	});

	test('both at once: one ends it', async () => {
		const { customer, id, agent } = await active();
		const both = await Promise.allSettled([end(customer, id), end(agent, id)]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	});

	test('by a stranger or former agent answers as one that does not exist, signed out nothing', async () => {
		const { id } = await active();
		const before = await stored(id);
		for (const caller of [await createCustomer(), await createRemovedAgent()]) {
			const foreign = await refusal(end(caller, id));
			expect(foreign).toEqual(coded(404, 'support_conversation_not_found'));
			expect(await refusal(end(caller, randomUUID()))).toEqual(foreign);
		}
		expect((await refusal(end(signedOut, id))).code).toBe('42501');
		expect(await stored(id)).toEqual(before);
	});

	test('archiving the chat ends it; restoring does not bring it back', async () => {
		const { chatId, id } = await active();
		const colleague = await createAgent();
		const [row] = await rpc(colleague, 'archive_support_chat', { p_chat_id: chatId });
		expect(row).toMatchObject({ archived: true, conversation_status: 'ended' });
		expect(await stored(id)).toMatchObject({ ended_by: 'archive', ended_by_id: colleague.id });
		await rpc(colleague, 'unarchive_support_chat', { p_chat_id: chatId });
		expect(await stored(id)).toMatchObject({ status: 'ended' });
	});

	test('a message after the end opens the next one, in the same chat', async () => {
		const { customer, chatId, id } = await ended();
		const message = await send(customer, chatId, 'One more thing');
		expect(message.conversation_id).not.toBe(id);
		expect(await stored(message.conversation_id)).toMatchObject({ status: 'waiting' });
		expect(await stored(id)).toMatchObject({ status: 'ended' });
		const seqs = (await storedMessages(chatId)).map(({ seq }) => seq);
		expect(seqs).toEqual([1, 2]);
	});

	test('the times of a whole conversation are kept, in order', async () => {
		const { customer, chatId, id } = await waiting();
		const agent = await createAgent();
		await take(agent, id);
		const answer = await send(agent, chatId, 'Hi');
		await send(agent, chatId, 'Still there?');
		await end(customer, id);
		const kept = await stored(id);
		const times = [kept.started_at, kept.accepted_at, kept.first_response_at, kept.ended_at].map(
			Number,
		);
		expect(times).toEqual([...times].sort((a, b) => a - b));
		expect(kept.first_response_at).toEqual(new Date(answer.created_at));
	});
});

describe('what the system says', () => {
	const texts = {
		welcome_message: { en: 'Welcome', de: 'Willkommen' },
		end_message: { en: 'Goodbye', de: 'Auf Wiedersehen' },
	};

	test.each([
		['de', 'Willkommen', 'Auf Wiedersehen'],
		['de-CH', 'Willkommen', 'Auf Wiedersehen'],
		['fr', 'Welcome', 'Goodbye'],
		[undefined, 'Welcome', 'Goodbye'],
		[7, 'Welcome', 'Goodbye'],
	])('to a page in %s: %s, and at the end %s', async (locale, welcome, goodbye) => {
		const customer = await createCustomer();
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set ${tx(texts as never)}`;
			const context = locale === undefined ? {} : { locale };
			const [opened] = await callIn(tx, customer, 'start_support_conversation', {
				p_context: context,
			});
			await callIn(tx, customer, 'end_support_conversation', { p_conversation_id: opened!.id });
			const said = await tx<Row[]>`
				select content, sender_type, conversation_id from public.support_messages
				where chat_id = ${opened!.chat_id} order by seq`;
			expect(said.map(({ content }) => content)).toEqual([welcome, goodbye]);
			for (const message of said) {
				expect(message).toMatchObject({ sender_type: 'system', conversation_id: opened!.id });
			}
		}, 'read committed');
	});

	test('is nothing by default, and a conversation leaves no trace in the plain inbox', async () => {
		const { chatId } = await ended();
		expect((await storedMessages(chatId)).map(({ sender_type }) => sender_type)).toEqual(['user']);
		expect(await storedChat(chatId)).toMatchObject({ message_count: 1, archived_at: null });
	});

	test('does not count as news for the inbox', async () => {
		const customer = await createCustomer();
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set ${tx(texts as never)}`;
			const [opened] = await callIn(tx, customer, 'start_support_conversation');
			const [chat] = await tx<
				Row[]
			>`select * from public.support_chats where id = ${opened!.chat_id}`;
			expect(chat).toMatchObject({
				last_seq: 1,
				message_count: 0,
				unread: false,
				last_message_preview: null,
			});
		}, 'read committed');
	});
});

describe('the table', () => {
	test('accepts no writes from signed-in users', async () => {
		const { customer, id, agent } = await active();
		const before = await stored(id);
		for (const caller of [customer, agent, await createAgent('admin')]) {
			const update = as(caller, (tx) => tx`update public.support_conversations set rating = 5`);
			expect((await refusal(update)).code).toBe('42501');
		}
		expect(await stored(id)).toEqual(before);
	});

	test('holds one open conversation per chat, whoever writes it', async () => {
		const { chatId } = await waiting();
		const second = rolledBack(
			(tx) => tx`insert into public.support_conversations (chat_id) values (${chatId})`,
		);
		expect((await refusal(second)).code).toBe('23505');
	});

	test('is readable by its customer and by agents alone', async () => {
		const { customer, id, agent } = await active();
		const sees = async (caller: typeof customer): Promise<number> =>
			(await as(caller, (tx) => tx`select from public.support_conversations where id = ${id}`))
				.length;
		expect(await sees(customer)).toBe(1);
		expect(await sees(agent)).toBe(1);
		expect(await sees(await createCustomer())).toBe(0);
		expect(await sees(await createRemovedAgent())).toBe(0);
	});
});
