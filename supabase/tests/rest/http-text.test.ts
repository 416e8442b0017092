import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { call } from '../helpers/http';
import { storedMessages } from '../helpers/people';
import { as, makeUser } from '../setup/clients';

let token: string;
let chatId: string;

beforeAll(async () => {
	const customer = await makeUser();
	token = customer.accessToken;
	const { data } = await as(customer).rpc('get_or_create_support_chat').single<{ id: string }>();
	chatId = data!.id;
});

const body = (jsonText: string): string =>
	`{"p_id":"${randomUUID()}","p_chat_id":"${chatId}","p_content":${jsonText}}`;

describe('text that no database can keep', () => {
	test.each([
		['NUL', '"a\\u0000b"'],
		['a NUL alone', '"\\u0000"'],
		['the first half of a pair', '"a\\ud83d"'],
		['the second half of a pair', '"\\ude00b"'],
		['halves in the wrong order', '"\\ude00\\ud83d"'],
	])('%s gives a client error, and nothing is stored', async (_what, jsonText) => {
		const before = await storedMessages(chatId);
		const answer = await call(token, 'send_support_message', body(jsonText));
		expect(answer.status).toBe(400);
		expect(answer.body).toMatchObject({ code: expect.any(String), message: expect.any(String) });
		expect(await storedMessages(chatId)).toEqual(before);
	});

	test.each([
		['as a search', 'list_support_messages', '{"p_chat_id":"\\u0000"}'],
		['as a cursor', 'list_support_chats', '{"p_before":{"id":"\\u0000","last_message_at":"x"}}'],
		['as an id', 'send_support_message', '{"p_id":"\\ud83d","p_chat_id":null,"p_content":"x"}'],
	])('%s gives no server error either', async (_what, name, jsonText) => {
		const { status } = await call(token, name, jsonText);
		expect(status).toBeGreaterThanOrEqual(400);
		expect(status).toBeLessThan(500);
	});
});

describe('text that passes, byte for byte', () => {
	test.each([
		['emoji written as escapes', '"\\ud83d\\ude00"', '😀'],
		['emoji as they are', '"👨‍👩‍👧‍👦🇩🇪"', '👨‍👩‍👧‍👦🇩🇪'],
		['right to left', '"שלום\\u202e"', 'שלום\u202e'],
		['markup', '"</script><b>&amp;"', '</script><b>&amp;'],
		['a backslash and quotes', '"\\\\ \\" \'"', '\\ " \''],
		['combining marks', '"e\\u0301"', 'e\u0301'],
		['line ends', '"a\\r\\nb\\n\\tc"', 'a\r\nb\n\tc'],
		['the replacement character', '"\\ufffd"', '\ufffd'],
	])('%s', async (_what, jsonText, expected) => {
		const answer = await call(token, 'send_support_message', body(jsonText));
		expect(answer).toMatchObject({ status: 200, body: { content: expected } });
		expect((await storedMessages(chatId)).at(-1)).toMatchObject({ content: expected });
	});

	test('four thousand characters of four bytes', async () => {
		const text = '😀'.repeat(4000);
		const answer = await call(token, 'send_support_message', body(JSON.stringify(text)));
		expect(answer.body.content).toBe(text);
	});

	test('ten thousand lines are too long, with an error', async () => {
		const text = 'x\n'.repeat(10_000);
		expect(await call(token, 'send_support_message', body(JSON.stringify(text)))).toMatchObject({
			status: 400,
			body: { message: 'support_message_too_long' },
		});
	});
});
