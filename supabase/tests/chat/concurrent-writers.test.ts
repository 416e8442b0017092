import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	as,
	become,
	deferred,
	onAnotherConnection,
	rolledBack,
	rpcIn,
	sql,
} from '../helpers/database';
import {
	createConversation,
	createAgent,
	send,
	storedChat,
	storedMessages,
} from '../helpers/people';

const WRITERS = 16;
const EACH = 12;

describe('sixteen writers on one chat', () => {
	test('leave seq gapless and in the order of the clock, rollbacks and all', async () => {
		const { customer, chatId } = await createConversation();
		const agent = await createAgent();
		const sent = new Set<string>();
		await Promise.all(
			Array.from({ length: WRITERS }, async (_, writer) => {
				for (let n = 0; n < EACH; n++) {
					const id = randomUUID();
					const args = { p_id: id, p_chat_id: chatId, p_content: `${writer}:${n}` };
					const caller = writer % 8 === 0 ? customer : agent;
					if (n % 4 === 3) {
						await rolledBackSend(caller, args);
					} else {
						await as(caller, (tx) => rpcIn(tx, 'send_support_message', args));
						sent.add(id);
					}
				}
			}),
		);

		const messages = await storedMessages(chatId);
		expect(messages.map((message) => message.seq)).toEqual(
			Array.from({ length: sent.size + 1 }, (_, i) => i + 1),
		);
		expect(new Set(messages.slice(1).map((message) => message.id))).toEqual(sent);
		expect(await storedChat(chatId)).toMatchObject({
			last_seq: messages.length,
			message_count: messages.length,
			last_message_preview: messages.at(-1)!.content,
		});
		expect(await outOfOrder(chatId)).toBe(0);
	});

	test('each writer’s own messages keep their order', async () => {
		const { chatId } = await createConversation();
		const agent = await createAgent();
		await Promise.all(
			Array.from({ length: 4 }, async (_, writer) => {
				for (let n = 0; n < 10; n++) await send(agent, chatId, `${writer}:${n}`);
			}),
		);
		const texts = (await storedMessages(chatId)).map((message) => String(message.content));
		for (let writer = 0; writer < 4; writer++) {
			const own = texts.filter((text) => text.startsWith(`${writer}:`));
			expect(own).toEqual(Array.from({ length: 10 }, (_, n) => `${writer}:${n}`));
		}
	});
});

describe('order of commit', () => {
	test('a reader who sees a message sees every one with a smaller seq', async () => {
		const { chatId } = await createConversation();
		const agent = await createAgent();
		const args = (content: string) => ({
			p_id: randomUUID(),
			p_chat_id: chatId,
			p_content: content,
		});
		const early = deferred<void>();
		const release = deferred<void>();
		const first = as(agent, async (tx) => {
			await rpcIn(tx, 'send_support_message', args('early'));
			early.resolve();
			await release.promise;
		});
		await early.promise;
		// The second writer cannot pass the first, so no seq 3 is visible before seq 2.
		const second = as(agent, (tx) => rpcIn(tx, 'send_support_message', args('late')));
		expect(await storedMessages(chatId)).toHaveLength(1);
		release.resolve();
		await Promise.all([first, second]);
		const texts = (await storedMessages(chatId)).map((message) => message.content);
		expect(texts).toEqual(['Hello', 'early', 'late']);
		expect(await outOfOrder(chatId)).toBe(0);
	});

	test('a transaction that began early but wrote late is not dated back', async () => {
		const { customer, chatId } = await createConversation();
		const agent = await createAgent();
		await as(agent, async (tx) => {
			await tx`select 1`; // now() is fixed from here on
			await onAnotherConnection(() => send(customer, chatId, 'between'));
			await rpcIn(tx, 'send_support_message', {
				p_id: randomUUID(),
				p_chat_id: chatId,
				p_content: 'last',
			});
		});
		expect(await outOfOrder(chatId)).toBe(0);
		expect((await storedMessages(chatId)).at(-1)).toMatchObject({ content: 'last', seq: 3 });
	});

	test('a send that is taken back leaves no trace', async () => {
		const { customer, chatId } = await createConversation();
		const before = await storedChat(chatId);
		await rolledBackSend(customer, { p_id: randomUUID(), p_chat_id: chatId, p_content: 'no' });
		expect(await storedChat(chatId)).toEqual(before);
		expect(await send(customer, chatId, 'yes')).toMatchObject({ seq: 2 });
	});
});

async function rolledBackSend(
	caller: Parameters<typeof become>[1],
	args: Record<string, string>,
): Promise<void> {
	await rolledBack(async (tx) => {
		await become(tx, caller);
		await rpcIn(tx, 'send_support_message', args);
	}, 'read committed');
}

/** How many messages are dated before one with a smaller seq. */
async function outOfOrder(chatId: string): Promise<number> {
	const [row] = await sql<{ n: number }[]>`
		select count(*) as n
		from (
			select created_at < lag(created_at) over (order by seq) as back
			from public.support_messages where chat_id = ${chatId}
		) pairs
		where back`;
	return row!.n;
}
