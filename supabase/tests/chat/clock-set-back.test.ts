import { describe, expect, test } from 'vitest';
import {
	active,
	conversationsOf,
	end,
	rate,
	start,
	stored,
	take,
	waiting,
} from '../helpers/conversations';
import { onAnotherConnection, one, rpc, sql, type Caller, type Row } from '../helpers/database';
import { createAgent, send, storedChat, storedMessages } from '../helpers/people';

/**
 * The server's clock is set back by five minutes, as far as one chat shows: all that has happened in it is five minutes
 * later than before.
 */
async function setClockBack(chatId: string): Promise<void> {
	const later = sql`interval '5 minutes'`;
	await sql.begin(async (tx) => {
		await tx`
			update public.support_messages set created_at = created_at + ${later}, read_at = read_at + ${later}
			where chat_id = ${chatId}`;
		await tx`
			update public.support_conversations
			set started_at = started_at + ${later}, queued_at = queued_at + ${later}, accepted_at = accepted_at + ${later},
				last_message_at = last_message_at + ${later}, first_response_at = first_response_at + ${later}
			where chat_id = ${chatId} and status <> 'ended'`;
		await tx`
			update public.support_chats
			set last_message_at = last_message_at + ${later}, last_user_message_at = last_user_message_at + ${later},
				admin_viewed_at = admin_viewed_at + ${later}
			where id = ${chatId}`;
	});
}

const view = (agent: Caller, chatId: string): Promise<Row> =>
	one(rpc(agent, 'mark_support_chat_viewed', { p_chat_id: chatId }));
const read = (customer: Caller, upTo: number): Promise<Row> =>
	one(rpc(customer, 'mark_support_chat_read', { p_up_to_seq: upTo }));

function expectRising(times: (Date | null | undefined)[]): void {
	const known = times.filter((time) => time !== null && time !== undefined).map(Number);
	expect(known).toEqual([...known].sort((a, b) => a - b));
}

describe('after the clock was set back', () => {
	test('messages keep their order, each later than the one before it', async () => {
		const { customer, chatId, agent, id } = await active();
		await setClockBack(chatId);
		for (const sender of [customer, agent, customer]) await send(sender, chatId, 'hi');
		await sql`
			insert into public.support_messages (id, chat_id, content, sender_type)
			values (gen_random_uuid(), ${chatId}, 'Bye', 'system')`;
		await end(customer, id);
		await send(customer, chatId, 'again');
		const order = await sql<Row[]>`
			select seq, lag(created_at) over (order by seq) < created_at as later
			from public.support_messages where chat_id = ${chatId} order by seq`;
		expect(order.map(({ seq }) => seq)).toEqual(order.map((_row, index) => index + 1));
		expect(order.slice(1).every(({ later }) => later)).toBe(true);
	});

	test('a customer’s message is unread until an agent views it, and unread again after a further message', async () => {
		const { customer, chatId, agent } = await active();
		await view(agent, chatId);
		await setClockBack(chatId);
		for (let round = 0; round < 3; round++) {
			await send(customer, chatId, 'hi');
			const chat = await storedChat(chatId);
			expect(chat.unread).toBe(true);
			expect(chat.last_user_message_at).toEqual(chat.last_message_at);
			expect(await view(agent, chatId)).toMatchObject({ unread: false });
		}
	});

	test('a look at a chat whose clock stepped between lock and update is a look at everything', async () => {
		const { customer, chatId, agent } = await active();
		await send(customer, chatId, 'hi');
		const [same] = await sql<Row[]>`
			select last_user_message_at = last_message_at as same from public.support_chats where id = ${chatId}`;
		expect(same).toEqual({ same: true });
		await setClockBack(chatId);
		expect(await view(agent, chatId)).toMatchObject({ unread: false });
		const before = (await storedChat(chatId)).admin_viewed_at;
		await view(agent, chatId);
		expectRising([before, (await storedChat(chatId)).admin_viewed_at]);
	});

	test('nothing is read before it was written, nor before what was read earlier', async () => {
		const { customer, chatId, agent } = await active();
		await send(agent, chatId, 'one');
		await read(customer, 2);
		await setClockBack(chatId);
		await send(agent, chatId, 'two');
		await send(agent, chatId, 'three');
		await read(customer, 3);
		await read(customer, 4);
		const answers = (await storedMessages(chatId)).filter((row) => row.sender_type === 'admin');
		expectRising(answers.map((row) => row.read_at));
		for (const row of answers) expectRising([row.created_at, row.read_at]);
	});

	test('a conversation begins, is taken, ends and is rated in this order', async () => {
		const agent = await createAgent();
		const { customer, chatId, id } = await waiting();
		await setClockBack(chatId);
		await take(agent, id);
		await end(customer, id);
		await rate(customer, id, 5);
		const row = await stored(id);
		expectRising([row.started_at, row.queued_at, row.accepted_at, row.ended_at, row.rated_at]);
	});

	test('the newest conversation is the one that began last', async () => {
		const { customer, chatId, agent, id } = await active();
		await setClockBack(chatId);
		await end(customer, id);
		const next = await start(customer);
		await end(agent, String(next.id));
		expect((await conversationsOf(chatId)).map((row) => row.id)).toEqual([id, next.id]);
		const [status] = await rpc(customer, 'support_status');
		expect(status!.conversation.id).toBe(next.id);
	});

	test('an answer is mailed late by as much at most, and never before its delay', async () => {
		const { chatId, agent } = await active();
		await setClockBack(chatId);
		await send(agent, chatId, 'hi');
		const [due] = await sql<Row[]>`
			select due_at >= now() + interval '4 minutes' and due_at <= now() + interval '11 minutes' as right
			from public.support_notifications where chat_id = ${chatId} and kind = 'user_reply'`;
		expect(due).toEqual({ right: true });
	});
});

test('two that open a conversation one after the other have times in that order, however long one waited', async () => {
	const { customer, chatId, id, agent } = await active();
	await sql.begin(async (slow) => {
		// Its transaction began before the other conversation did.
		await slow`select now()`;
		await onAnotherConnection(async () => {
			await end(customer, id);
			const first = await start(customer);
			await end(agent, String(first.id));
		});
		await slow`select support_private.open_conversation(${chatId}, '{}')`;
		const order = await slow<Row[]>`
			select status from public.support_conversations where chat_id = ${chatId} order by started_at desc limit 1`;
		expect([...order]).toEqual([{ status: 'waiting' }]);
	});
});

test('no statement of any function reads the clock twice', async () => {
	const functions = await sql<{ name: string; source: string }[]>`
		select p.proname as name, p.prosrc as source from pg_proc p
		where p.pronamespace in ('public'::regnamespace, 'support_private'::regnamespace)`;
	expect(functions.length).toBeGreaterThan(100);
	const twice = functions.flatMap(({ name, source }) =>
		source
			.replace(/--.*/g, '')
			.split(';')
			.filter((statement) => statement.split('clock_timestamp()').length > 2)
			.map((statement) => `${name}: ${statement}`),
	);
	expect(twice).toEqual([]);
});
