import { beforeAll, describe, expect, test } from 'vitest';
import { rpc, sql } from '../helpers/database';
import {
	createConversation,
	createCustomer,
	createAgent,
	openChat,
	send,
	type Person,
} from '../helpers/people';
import { word } from '../helpers/words';

let agent: Person;
beforeAll(async () => {
	agent = await createAgent();
});

const search = async (text: string | null, archived = false): Promise<string[]> =>
	(await rpc(agent, 'list_support_chats', { p_search: text, p_archived: archived })).map(
		(row) => row.id,
	);

describe('searching the inbox', () => {
	test('finds words in messages, old ones and those of both sides', async () => {
		const [asked, answered] = [word(), word()];
		const { chatId } = await createConversation(`about ${asked} today`);
		await send(agent, chatId, `it is ${answered}.`);
		await send(agent, chatId, 'bye');
		expect(await search(asked)).toEqual([chatId]);
		expect(await search(answered)).toEqual([chatId]);
		expect(await search(asked.slice(3, 20).toUpperCase())).toEqual([chatId]);
	});

	test('finds people by address and name', async () => {
		const name = word();
		const customer = await createCustomer({ full_name: `Ada ${name}` });
		const chatId = await openChat(customer);
		await send(customer, chatId, 'x');
		expect(await search(customer.email.toUpperCase())).toEqual([chatId]);
		expect(await search(`  ada ${name} `)).toEqual([chatId]);
	});

	test('finds scripts that write without spaces', async () => {
		const mark = word();
		const { chatId } = await createConversation(`${mark} 注文が届きません`);
		expect(await search('届きま')).toContain(chatId);
	});

	test('a chat that matches in several ways comes once', async () => {
		const mark = word();
		const customer = await createCustomer({ full_name: mark });
		const chatId = await openChat(customer);
		await send(customer, chatId, mark);
		await send(customer, chatId, mark);
		expect(await search(mark)).toEqual([chatId]);
	});

	test.each(['%', '_', '\\', '%_%', '\\%', "'", '"', ';--', '(', '[a-z]', '\\\\', '.*', '$1'])(
		'takes %s as it is written',
		async (special) => {
			const mark = word();
			const withIt = await createConversation(`${mark}${special}${mark}`);
			const without = await createConversation(`${mark}x${mark}`);
			const found = await search(`${mark}${special}${mark}`);
			expect(found).toContain(withIt.chatId);
			expect(found).not.toContain(without.chatId);
		},
	);

	test.each([null, '', '   ', '\u200b', '\n'])('%j is no search', async (blank) => {
		const { chatId } = await createConversation();
		expect(await search(blank)).toContain(chatId);
	});

	test('finds nothing where there is nothing', async () => {
		expect(await search(word())).toEqual([]);
	});

	test('a very long search is cut, not an error', async () => {
		expect(await search(word().repeat(3000))).toEqual([]);
	});

	test('keeps to the tab', async () => {
		const { customer, chatId } = await createConversation();
		await sql`update public.support_chats set archived_at = now() where id = ${chatId}`;
		expect(await search(customer.email)).toEqual([]);
		expect(await search(customer.email, true)).toEqual([chatId]);
	});
});
