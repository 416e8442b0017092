import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, coded, refusal, rpc, secretKey, sql, type Refusal } from '../helpers/database';
import {
	createCustomer,
	createAgent,
	openChat,
	send,
	storedMessages,
	type Person,
} from '../helpers/people';

let customer: Person;
let chatId: string;
beforeAll(async () => {
	customer = await createCustomer();
	chatId = await openChat(customer);
});

describe('text comes back byte for byte', () => {
	test.each([
		['emoji, skin tones, families, flags', '👋🏽 👨‍👩‍👧‍👦 🇩🇪🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️'],
		['right to left', 'שלום עולם، مرحبا \u202babc\u202c'],
		['combining marks, not normalised', 'e\u0301 is not \u00e9, Z\u0351\u036b\u0343'],
		['markup', '</script><img src=x onerror=alert(1)>&amp;<!--'],
		['quotes and what looks like SQL', `'; drop table support_messages; -- \\ " $$ %s {{x}} \${y}`],
		['blank ends and inner blanks', '\n\t  x \u200b y\u00a0\r\n'],
		['the highest code points', '\u{10ffff}\ufffd\uffff'],
	])('%s', async (_what, content) => {
		const message = await send(customer, chatId, content);
		expect(Buffer.from(message.content)).toEqual(Buffer.from(content));
		const [stored] =
			await sql`select content from public.support_messages where id = ${message.id}`;
		expect(stored!.content).toBe(content);
	});

	test('a thousand lines and more', async () => {
		const content = 'x\n'.repeat(2000);
		expect((await send(customer, chatId, content)).content).toBe(content);
		const lineFeeds = `x${'\n'.repeat(3999)}`;
		expect((await send(customer, chatId, lineFeeds)).content).toBe(lineFeeds);
	});

	test('anything that is text and not blank', async () => {
		const agent = await createAgent();
		const text = fc.string({ unit: 'binary', maxLength: 300 });
		await fc.assert(
			fc.asyncProperty(text, async (some) => {
				const content = `${some.replaceAll('\0', '')}.`;
				expect((await send(agent, chatId, content)).content).toBe(content);
			}),
			{ numRuns: 60 },
		);
	});
});

describe('what is refused, with nothing stored', () => {
	const refused = async (content: string | null): Promise<Refusal> => {
		const before = await storedMessages(chatId);
		const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: content };
		const answer = await refusal(rpc(customer, 'send_support_message', args));
		expect(await storedMessages(chatId)).toEqual(before);
		return answer;
	};

	test.each([
		['nothing', ''],
		['null', null],
		['spaces', '   '],
		['tabs and line ends', '\t\r\n\v\f'],
		['no-break and ideographic spaces', '\u00a0\u202f\u2003\u3000\u205f'],
		['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff'],
		['direction marks', '\u200e\u200f\u202a\u202e\u2066\u2069\u061c'],
		['soft hyphen and variation selectors', '\u00ad\ufe0e\ufe0f\u034f'],
		['Hangul fillers and blank Braille', '\u115f\u1160\u3164\uffa0\u2800'],
		['control characters', '\u0001\u0007\u001b\u007f\u0085'],
		['four thousand and one spaces', ' '.repeat(4001)],
	])('blank: %s', async (_what, content) => {
		expect(await refused(content)).toEqual(coded(400, 'support_message_blank'));
	});

	test('more than 4,000 characters, counted as code points', async () => {
		const agent = await createAgent();
		for (const full of ['x'.repeat(4000), '😀'.repeat(4000), 'é'.repeat(4000)]) {
			expect((await send(agent, chatId, full)).content).toBe(full);
			expect(await refused(`${full}x`)).toEqual(coded(400, 'support_message_too_long'));
		}
	});

	test('its length is in the error', async () => {
		const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'x'.repeat(4321) };
		await expect(rpc(customer, 'send_support_message', args)).rejects.toMatchObject({
			detail: '4321 characters, at most 4000',
		});
	});

	test('no id', async () => {
		const args = { p_id: null, p_chat_id: chatId, p_content: 'x' };
		expect(await refusal(rpc(customer, 'send_support_message', args))).toEqual(
			coded(400, 'support_message_id_missing'),
		);
	});

	test('the table refuses the same from every other writer', async () => {
		const insert = (content: string) =>
			as(
				secretKey,
				(tx) => tx`
					insert into public.support_messages (id, chat_id, content, sender_type)
					values (${randomUUID()}, ${chatId}, ${content}, 'admin')`,
			);
		const before = await storedMessages(chatId);
		expect(await refusal(insert(' \u200b '))).toMatchObject({ code: '23514' });
		expect(await refusal(insert('x'.repeat(4001)))).toMatchObject({ code: '23514' });
		expect(await storedMessages(chatId)).toEqual(before);
	});
});
