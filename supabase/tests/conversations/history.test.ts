import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { active, callIn, ended, oneIn, rate, stored } from '../helpers/conversations';
import {
	become,
	becomeOwner,
	coded,
	refusal,
	rolledBack,
	rpc,
	signedOut,
	type Caller,
	type Row,
	type Transaction,
} from '../helpers/database';
import { createCustomer, createRemovedAgent, send, storedMessages } from '../helpers/people';

const notFound = coded(404, 'support_conversation_not_found');
const args = (id: string) => ({ p_conversation_id: id });

/** Settings and what follows, taken back afterwards. */
const under = (settings: Row, work: (tx: Transaction) => Promise<void>): Promise<void> =>
	rolledBack(async (tx) => {
		await tx`update public.support_settings set ${tx(settings)}`;
		await work(tx);
	}, 'read committed');

/** An ended conversation with an answer, and an open one after it. */
async function twoConversations() {
	const past = await ended();
	await rate(past.customer, past.id, 2, 'secret feedback');
	const message = await send(past.customer, past.chatId, 'again');
	const answer = await send(past.agent, past.chatId, 'hi again');
	return { ...past, openId: String(message.conversation_id), answer };
}

/** Which texts a caller reads, by the table and by the function, which agree. */
async function readBy(tx: Transaction, caller: Caller, chatId: string): Promise<string[]> {
	await become(tx, caller);
	const rows = await tx<Row[]>`
		select content from public.support_messages where chat_id = ${chatId} order by seq`;
	await becomeOwner(tx);
	const listed = await callIn(tx, caller, 'list_support_messages', { p_chat_id: chatId });
	const texts = rows.map(({ content }) => String(content));
	expect(listed.map(({ content }) => content)).toEqual(texts);
	return texts;
}

describe('earlier conversations', () => {
	test('are listed newest first, page by page, for the customer and for agents', async () => {
		const { customer, chatId, id, openId, agent } = await twoConversations();
		const own = await rpc(customer, 'list_support_conversations');
		expect(own.map((row) => row.id)).toEqual([openId, id]);
		expect(own[1]).toMatchObject({ status: 'ended', rating: 2, agent_name: 'Mika' });
		const older = { p_before: own[0]!.started_at, p_limit: 1 };
		expect((await rpc(customer, 'list_support_conversations', older)).map((row) => row.id)).toEqual(
			[id],
		);
		const seen = await rpc(agent, 'list_support_conversations', { p_chat_id: chatId });
		expect(seen.map((row) => row.id)).toEqual([openId, id]);
	});

	test('of another are as those of a chat that does not exist', async () => {
		const { chatId } = await ended();
		for (const caller of [
			await createCustomer(),
			(await ended()).customer,
			await createRemovedAgent(),
		]) {
			for (const p_chat_id of [chatId, randomUUID()]) {
				const call = rpc(caller, 'list_support_conversations', { p_chat_id });
				expect(await refusal(call)).toEqual(coded(404, 'support_chat_not_found'));
			}
		}
		const call = rpc(signedOut, 'list_support_conversations', { p_chat_id: chatId });
		expect((await refusal(call)).code).toBe('42501');
	});

	test('are hidden where the setting says so: customers read the open one only, agents all', async () => {
		const { customer, chatId, openId, agent } = await twoConversations();
		await under({ allow_view_history: false }, async (tx) => {
			expect(await readBy(tx, customer, chatId)).toEqual(['again', 'hi again']);
			expect(await readBy(tx, agent, chatId)).toEqual(['Hello', 'again', 'hi again']);
			const own = await callIn(tx, customer, 'list_support_conversations');
			expect(own.map(({ id }) => id)).toEqual([openId]);
			const chat = await oneIn(tx, customer, 'get_or_create_support_chat');
			expect((chat.messages as Row[]).map(({ content }) => content)).toEqual(['again', 'hi again']);
			const seen = await callIn(tx, agent, 'list_support_conversations', { p_chat_id: chatId });
			expect(seen).toHaveLength(2);
		});
	});

	test('once hidden, an ended one goes with its end', async () => {
		const { customer, chatId, id } = await active();
		await under({ allow_view_history: false }, async (tx) => {
			expect(await readBy(tx, customer, chatId)).toEqual(['Hello']);
			await callIn(tx, customer, 'end_support_conversation', args(id));
			expect(await readBy(tx, customer, chatId)).toEqual([]);
		});
	});
});

describe('deleting', () => {
	const remove = 'delete_support_conversation';

	test('is off by default, and then nothing happens', async () => {
		const { customer, chatId, id } = await ended();
		const before = [await stored(id), await storedMessages(chatId)];
		expect(await refusal(rpc(customer, remove, args(id)))).toEqual(coded(403, 'support_forbidden'));
		expect([await stored(id), await storedMessages(chatId)]).toEqual(before);
	});

	test('by hiding: the customer sees it no more, agents and reports keep it', async () => {
		const { customer, chatId, id, agent } = await twoConversations();
		await under({ delete_history: 'hide' }, async (tx) => {
			await callIn(tx, customer, remove, args(id));
			expect(await readBy(tx, customer, chatId)).toEqual(['again', 'hi again']);
			expect(await readBy(tx, agent, chatId)).toEqual(['Hello', 'again', 'hi again']);
			const listed = await callIn(tx, customer, 'list_support_conversations');
			expect(listed.map((row) => row.id)).not.toContain(id);
			const [kept] = await tx<Row[]>`select * from public.support_conversations where id = ${id}`;
			expect(kept).toMatchObject({ rating: 2, feedback: 'secret feedback' });
		});
	});

	test('by erasing: the texts are gone for all, preview, count and dashboards included; times and stars stay', async () => {
		const { customer, chatId, id, agent } = await ended();
		await rate(customer, id, 2, 'secret feedback');
		await under({ delete_history: 'erase' }, async (tx) => {
			await callIn(tx, customer, remove, args(id));
			expect(await readBy(tx, agent, chatId)).toEqual([]);
			const [kept] = await tx<Row[]>`select * from public.support_conversations where id = ${id}`;
			expect(kept).toMatchObject({ rating: 2, feedback: null, user_snapshot: {}, status: 'ended' });
			const row = { message_count: 0, last_message_preview: null, last_message_sender: null };
			const { chat } = await oneIn(tx, agent, 'get_support_chat', { p_chat_id: chatId });
			expect(chat).toMatchObject(row);
			const told = await tx<Row[]>`
				select payload from realtime.messages
				where topic = 'admin_support_notifications' and payload ->> 'chat_id' = ${chatId}
				order by inserted_at desc, ctid desc limit 1`;
			expect(told[0]!.payload.chat).toMatchObject(row);
		});
	});

	test('by erasing keeps what other conversations say, and their preview', async () => {
		const { customer, chatId, id, agent } = await twoConversations();
		await under({ delete_history: 'erase' }, async (tx) => {
			await callIn(tx, customer, remove, args(id));
			expect(await readBy(tx, agent, chatId)).toEqual(['again', 'hi again']);
			const { chat } = await oneIn(tx, agent, 'get_support_chat', { p_chat_id: chatId });
			expect(chat).toMatchObject({ message_count: 2, last_message_preview: 'hi again' });
			// The numbers go on: seq is never given twice.
			const next = await oneIn(tx, customer, 'send_support_message', {
				p_id: randomUUID(),
				p_chat_id: chatId,
				p_content: 'next',
			});
			expect(next.seq).toBe(4);
		});
	});

	test('an answer that is gone is unread no more', async () => {
		const past = await active();
		await send(past.agent, past.chatId, 'an answer');
		await under({ delete_history: 'hide' }, async (tx) => {
			await callIn(tx, past.customer, 'end_support_conversation', args(past.id));
			expect(await oneIn(tx, past.customer, 'get_support_unread')).toMatchObject({
				unread_count: 1,
			});
			await callIn(tx, past.customer, remove, args(past.id));
			expect(await oneIn(tx, past.customer, 'get_support_unread')).toMatchObject({
				unread_count: 0,
			});
		});
	});

	test.each([
		['an open one', async () => active(), coded(409, 'support_conversation_open')],
		['another’s', async () => ({ ...(await ended()), customer: await createCustomer() }), notFound],
		[
			'one that agent would delete for the customer',
			async () => {
				const one = await ended();
				return { ...one, customer: one.agent };
			},
			notFound,
		],
	])('%s is refused, and stays', async (_what, make, expected) => {
		const { customer, id } = await make();
		const before = await stored(id);
		const call = under({ delete_history: 'erase' }, async (tx) => {
			await callIn(tx, customer, remove, args(id));
		});
		expect(await refusal(call)).toEqual(expected);
		expect(await stored(id)).toEqual(before);
	});

	test('a second time, or rating it afterwards, finds nothing', async () => {
		const { customer, id } = await ended();
		for (const again of [remove, 'rate_support_conversation']) {
			const call = under({ delete_history: 'hide' }, async (tx) => {
				await callIn(tx, customer, remove, args(id));
				const stars = again === remove ? {} : { p_rating: 5 };
				await callIn(tx, customer, again, { ...args(id), ...stars });
			});
			expect(await refusal(call)).toEqual(notFound);
		}
	});

	test('signed out is refused', async () => {
		const { id } = await ended();
		expect((await refusal(rpc(signedOut, remove, args(id)))).code).toBe('42501');
	});
});
