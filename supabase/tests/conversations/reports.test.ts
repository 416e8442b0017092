import { describe, expect, test } from 'vitest';
import { active, callIn, oneIn, waiting } from '../helpers/conversations';
import {
	coded,
	refusal,
	rolledBack,
	rpc,
	signedOut,
	type Caller,
	type Row,
	type Transaction,
} from '../helpers/database';
import {
	createCustomer,
	createRemovedAgent,
	createAgent,
	openChat,
	type Person,
} from '../helpers/people';

// Long before any other test's conversations.
const RANGE = { p_from: '2001-03-01T00:00:00Z', p_to: '2001-03-04T00:00:00Z' };

/** An ended conversation of then: seconds from its start, or null. */
interface Then {
	at: string;
	chat: string;
	agent?: Person;
	waited?: number;
	reply?: number;
	lasted?: number;
	stars?: number;
	page?: string;
}

async function add(tx: Transaction, then: Then): Promise<void> {
	const [row] = await tx<Row[]>`
		insert into public.support_conversations (chat_id, user_snapshot, started_at)
		values (${then.chat}, ${tx.json(then.page === undefined ? {} : { page: then.page })}, ${then.at})
		returning id`;
	const after = (seconds?: number) =>
		seconds === undefined ? null : new Date(Date.parse(then.at) + seconds * 1000);
	await tx`
		update public.support_conversations
		set agent_id = ${then.agent?.id ?? null}, accepted_at = ${after(then.waited)},
			first_response_at = ${after(then.reply)}, ended_at = ${after((then.waited ?? 0) + (then.lasted ?? 0))},
			status = 'ended', ended_by = 'staff', rating = ${then.stars ?? null}
		where id = ${row!.id}`;
}

const report = (tx: Transaction, caller: Caller, range: Row = RANGE): Promise<Row> =>
	oneIn(tx, caller, 'support_report', range);

describe('a report', () => {
	test('of nothing is zeros, not errors', async () => {
		const reader = await createAgent();
		await rolledBack(async (tx) => {
			const empty = await report(tx, reader);
			expect(empty.total).toMatchObject({
				conversations: 0,
				ended: 0,
				waiting_seconds: { median: null, p90: null },
				ratings: [0, 0, 0, 0, 0],
				rated: 0,
				rating_mean: null,
			});
			expect(empty).toMatchObject({
				agents: [],
				days: [],
				pages: [],
				customers: { total: 0, repeat: 0 },
			});
		});
	});

	test('has the numbers that come out by hand, in all and per agent', async () => {
		const [ada, grace] = [await createAgent('agent', 'Ada'), await createAgent('agent', 'Grace')];
		const [one, two, three] = await Promise.all(
			[1, 2, 3].map(async () => openChat(await createCustomer())),
		);
		await rolledBack(async (tx) => {
			const cart = 'https://example.com/cart';
			const all: Then[] = [
				{
					at: '2001-03-01T10:00:00Z',
					chat: one!,
					agent: ada,
					waited: 10,
					reply: 20,
					lasted: 100,
					stars: 5,
					page: cart,
				},
				{
					at: '2001-03-01T11:00:00Z',
					chat: two!,
					agent: ada,
					waited: 20,
					reply: 60,
					lasted: 200,
					stars: 2,
					page: cart,
				},
				{
					at: '2001-03-02T10:00:00Z',
					chat: one!,
					agent: grace,
					waited: 60,
					reply: 100,
					lasted: 600,
					page: 'https://example.com/',
				},
				{ at: '2001-03-03T23:59:59Z', chat: three!, lasted: 50 },
				{ at: '2001-03-04T00:00:00Z', chat: three!, lasted: 50, page: 'after the range' },
				{ at: '2001-02-28T23:59:59Z', chat: three!, lasted: 50, page: 'before it' },
			];
			for (const then of all) await add(tx, then);
			const seen = await report(tx, ada);
			expect(seen.total).toEqual({
				conversations: 4,
				ended: 4,
				waiting_seconds: { median: 20, p90: 52 }, // of 10, 20, 60
				first_reply_seconds: { median: 60, p90: 92 }, // of 20, 60, 100
				duration_seconds: { median: 150, p90: expect.closeTo(480) }, // of 50, 100, 200, 600
				ratings: [0, 1, 0, 0, 1],
				rated: 2,
				rating_mean: 3.5,
				rating_score: 3.14, // (7 + 15) / 7
			});
			expect(
				(seen.agents as Row[]).map((agent) => [
					agent.display_name,
					agent.conversations,
					agent.rating_mean,
				]),
			).toEqual([
				['Ada', 2, 3.5],
				['Grace', 1, null],
				[null, 1, null],
			]);
			expect(seen.agents[1].waiting_seconds).toEqual({ median: 60, p90: 60 });
			expect(seen.days).toEqual([
				{ day: '2001-03-01', conversations: 2 },
				{ day: '2001-03-02', conversations: 1 },
				{ day: '2001-03-03', conversations: 1 },
			]);
			expect(seen.customers).toEqual({ total: 3, repeat: 1 });
			expect(seen.pages).toEqual([
				{ page: cart, conversations: 2 },
				{ page: 'https://example.com/', conversations: 1 },
			]);
		});
	});

	test('counts days in the time zone of the settings, also when the clock changes', async () => {
		const reader = await createAgent();
		const chat = await openChat(await createCustomer());
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set time_zone = 'Europe/Berlin'`;
			await add(tx, { at: '2001-03-24T22:59:00Z', chat }); // 23:59 on the 24th
			await add(tx, { at: '2001-03-24T23:01:00Z', chat }); // 0:01 on the 25th, in winter time
			await add(tx, { at: '2001-03-25T21:59:00Z', chat }); // 23:59 on the 25th, in summer time
			await add(tx, { at: '2001-03-25T22:01:00Z', chat }); // 0:01 on the 26th
			const seen = await report(tx, reader, { p_from: '2001-03-24', p_to: '2001-03-27' });
			expect(seen.time_zone).toBe('Europe/Berlin');
			expect(seen.days).toEqual([
				{ day: '2001-03-24', conversations: 1 },
				{ day: '2001-03-25', conversations: 2 },
				{ day: '2001-03-26', conversations: 1 },
			]);
		}, 'read committed');
	});

	test('begins a day with the first of two midnights', async () => {
		const reader = await createAgent();
		const chat = await openChat(await createCustomer());
		await rolledBack(async (tx) => {
			// On the 28th at 1:00 the clocks went back to 0:00.
			await tx`update public.support_settings set time_zone = 'America/Havana'`;
			await add(tx, { at: '2001-10-28T03:59:00Z', chat }); // 23:59 on the 27th
			await add(tx, { at: '2001-10-28T04:01:00Z', chat }); // 0:01 on the 28th, in summer time
			await add(tx, { at: '2001-10-28T05:01:00Z', chat }); // 0:01 again, in winter time
			await add(tx, { at: '2001-10-29T04:59:00Z', chat }); // 23:59 on the 28th
			const seen = await report(tx, reader, { p_from: '2001-10-26', p_to: '2001-10-30' });
			expect(seen.days).toEqual([
				{ day: '2001-10-27', conversations: 1 },
				{ day: '2001-10-28', conversations: 3 },
			]);
		}, 'read committed');
	});

	test('may be of three years, leap day included', async () => {
		const reader = await createAgent();
		const range = { p_from: '2000-01-01T00:00:00Z', p_to: '2003-01-01T00:00:00Z' };
		expect(await rpc(reader, 'support_report', range)).toHaveLength(1);
	});

	test.each([
		['backwards', '2001-03-02', '2001-03-01'],
		['of no time', '2001-03-01', '2001-03-01'],
		['of more than three years', '2001-03-01', '2004-03-02'],
		['without an end', '2001-03-01', null],
		['without a begin', null, '2001-03-01'],
		['of ages', '0001-01-01', '9999-01-01'],
	])('%s is refused', async (_what, p_from, p_to) => {
		const call = rpc(await createAgent(), 'support_report', { p_from, p_to });
		expect(await refusal(call)).toEqual(coded(400, 'support_report_range_invalid'));
	});

	test('is for agents alone', async () => {
		for (const caller of [await createCustomer(), await createRemovedAgent()]) {
			expect(await refusal(rpc(caller, 'support_report', RANGE))).toEqual(
				coded(403, 'support_forbidden'),
			);
		}
		expect((await refusal(rpc(signedOut, 'support_report', RANGE))).code).toBe('42501');
	});
});

describe('what happens now', () => {
	test('counts waiting, active and unanswered conversations', async () => {
		const reader = await createAgent();
		const [early, late, held] = [await waiting(), await waiting(), await active()];
		await rolledBack(async (tx) => {
			const live = () => oneIn(tx, reader, 'support_live');
			const before = await live();
			await callIn(tx, held.agent, 'send_support_message', {
				p_id: crypto.randomUUID(),
				p_chat_id: held.chatId,
				p_content: 'Hi',
			});
			for (const { id } of [early, late]) {
				await callIn(tx, reader, 'end_support_conversation', { p_conversation_id: id });
			}
			const after = await live();
			expect(before.waiting - after.waiting).toBe(2);
			expect(before.unanswered - after.unanswered).toBe(3);
			expect(after.active).toBe(before.active);
		});
	});

	test('shows since when the first in the queue waits', async () => {
		const reader = await createAgent();
		const { id } = await waiting();
		await rolledBack(async (tx) => {
			await tx`update public.support_conversations set queued_at = '2001-01-01T00:00:00Z' where id = ${id}`;
			const { longest_wait_since } = await oneIn(tx, reader, 'support_live');
			expect(new Date(longest_wait_since)).toEqual(new Date('2001-01-01T00:00:00Z'));
		});
	});

	test('lists the team, with who is online and how much they have', async () => {
		const { agent } = await active();
		await rpc(agent, 'support_heartbeat');
		const [live] = await rpc(agent, 'support_live');
		const row = (live!.agents as Row[]).find(({ user_id }) => user_id === agent.id);
		expect(row).toMatchObject({ online: true, available: true, active_conversations: 1 });
		expect(JSON.stringify(live)).not.toContain('@');
	});

	test('is for agents alone', async () => {
		for (const caller of [await createCustomer(), await createRemovedAgent()]) {
			expect(await refusal(rpc(caller, 'support_live'))).toEqual(coded(403, 'support_forbidden'));
		}
		expect((await refusal(rpc(signedOut, 'support_live'))).code).toBe('42501');
	});

	test('counts a message that was answered as answered', async () => {
		const { customer, chatId, agent } = await active();
		await rolledBack(async (tx) => {
			const unanswered = async () => (await oneIn(tx, agent, 'support_live')).unanswered;
			const before = await unanswered();
			const say = (caller: Caller, p_content: string) =>
				callIn(tx, caller, 'send_support_message', {
					p_id: crypto.randomUUID(),
					p_chat_id: chatId,
					p_content,
				});
			await say(agent, 'answer');
			expect(await unanswered()).toBe(before - 1);
			await say(customer, 'and now?');
			expect(await unanswered()).toBe(before);
		});
	});
});
