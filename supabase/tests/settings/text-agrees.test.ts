import { describe, expect, test } from 'vitest';
import { CATCH_UP_PAGE_SIZE, MESSAGE_MAX_CHARACTERS, PAGE_SIZE } from '$chat/limits';
import { BLANK, countCharacters, isBlank } from '$chat/text/text';
import { one, rpc, sql } from '../helpers/database';
import { createCustomer, createAgent, openChat, send, storedChat } from '../helpers/people';

const codePoint = (n: number): string => `U+${n.toString(16).padStart(4, '0').toUpperCase()}`;

describe('the database and the chat core agree', () => {
	test('on every character that shows nothing', async () => {
		const [row] = await sql<
			{ blank: string }[]
		>`select support_private.blank_characters() as blank`;
		const inSql = Array.from(row!.blank, (char) => codePoint(char.codePointAt(0)!));
		const blank = new RegExp(`^[${BLANK}]$`, 'u');
		const inCore: string[] = [];
		for (let n = 1; n <= 0x10ffff; n++) {
			if (n >= 0xd800 && n <= 0xdfff) continue;
			if (blank.test(String.fromCodePoint(n))) inCore.push(codePoint(n));
		}
		expect(inSql.sort()).toEqual(inCore.sort());
	});

	test('on what is blank', async () => {
		for (const text of ['', ' ', '\u200b\u200d', '\n\t', 'x', '\u200bx', '❤️', '\u0301', '.']) {
			const [row] = await sql`
				select btrim(${text}::text, support_private.blank_characters()) = '' as blank`;
			expect([text, row!.blank]).toEqual([text, isBlank(text)]);
		}
	});

	test('on how long a text is', async () => {
		for (const text of ['', 'abc', '😀', '👨‍👩‍👧‍👦', 'e\u0301', '🇩🇪', '\u{10ffff}', 'שלום']) {
			const [row] = await sql`select char_length(${text}::text) as length`;
			expect(row!.length).toBe(countCharacters(text));
		}
	});

	test('on how long a message may be', async () => {
		const agent = await createAgent();
		const chatId = await openChat(await createCustomer());
		const longest = 'x'.repeat(MESSAGE_MAX_CHARACTERS);
		expect((await send(agent, chatId, longest)).content).toBe(longest);
		await expect(send(agent, chatId, `${longest}x`)).rejects.toMatchObject({
			message: 'support_message_too_long',
		});
		expect((await storedChat(chatId)).last_message_preview).toHaveLength(100);
	});

	test('on how many messages come at once', async () => {
		const customer = await createCustomer();
		const chatId = await openChat(customer);
		await sql`
			insert into public.support_messages (id, chat_id, content, sender_type)
			select gen_random_uuid(), ${chatId}, 'x', 'admin' from generate_series(1, ${CATCH_UP_PAGE_SIZE + 10}::integer)`;
		const chat = await one(rpc(customer, 'get_or_create_support_chat'));
		expect(chat.messages).toHaveLength(PAGE_SIZE);
		const list = (args: object) =>
			rpc(customer, 'list_support_messages', { p_chat_id: chatId, ...args });
		expect(await list({})).toHaveLength(PAGE_SIZE);
		const most = await list({ p_after_seq: 0, p_limit: CATCH_UP_PAGE_SIZE * 5 });
		expect(most).toHaveLength(CATCH_UP_PAGE_SIZE);
	});
});
