import { beforeAll, describe, expect, test } from 'vitest';
import { coded, one, refusal, rpc, signedOut, sql, type Row } from '../helpers/database';
import {
	createConversation,
	createCustomer,
	createRemovedAgent,
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

const inbox = (args: Row = {}): Promise<Row[]> => rpc(agent, 'list_support_chats', args);
const archive = (chatId: string): Promise<Row[]> =>
	rpc(agent, 'archive_support_chat', { p_chat_id: chatId });
const ids = (rows: Row[]): string[] => rows.map((row) => row.id);

describe('a row of the inbox', () => {
	test('has exactly these fields', async () => {
		const customer = await createCustomer({ full_name: 'Ada Lovelace' });
		const chatId = await openChat(customer);
		await send(customer, chatId, 'Hello there');
		const answer = await send(agent, chatId, 'Hi');
		const row = (await inbox({ p_search: customer.email }))[0]!;
		expect(row).toEqual({
			id: chatId,
			user_id: customer.id,
			user_email: customer.email,
			user_name: 'Ada Lovelace',
			last_message_at: answer.created_at,
			last_message_preview: 'Hi',
			last_message_sender: 'admin',
			message_count: 2,
			unread: true,
			archived: false,
			admin_viewed_at: null,
			created_at: expect.any(String),
			conversation_id: answer.conversation_id,
			conversation_status: 'active',
			agent_id: agent.id,
			agent_name: 'Mika',
			waiting_since: null,
			priority: 0,
		});
	});

	test('shows the address as it is now, not as it was', async () => {
		const { customer, chatId } = await createConversation();
		const moved = `moved-${customer.email}`;
		await sql`update auth.users set email = ${moved} where id = ${customer.id}`;
		expect(ids(await inbox({ p_search: moved }))).toEqual([chatId]);
	});

	test('has no name without one given', async () => {
		for (const metadata of [{}, { full_name: ' ' }]) {
			const customer = await createCustomer(metadata as Record<string, string>);
			await send(customer, await openChat(customer), 'x');
			expect((await inbox({ p_search: customer.email }))[0]).toMatchObject({ user_name: null });
		}
	});

	test('cuts a name that is too long', async () => {
		const customer = await createCustomer({ name: 'n'.repeat(500) });
		await send(customer, await openChat(customer), 'x');
		const [row] = await inbox({ p_search: customer.email });
		expect(row!.user_name).toBe('n'.repeat(80));
	});
});

describe('the tabs', () => {
	test('a chat is in exactly one of them, and in none before its first message', async () => {
		const { customer, chatId } = await createConversation();
		const find = async (archived: boolean): Promise<string[]> =>
			ids(await inbox({ p_archived: archived, p_search: customer.email }));
		expect([await find(false), await find(true)]).toEqual([[chatId], []]);
		await archive(chatId);
		expect([await find(false), await find(true)]).toEqual([[], [chatId]]);
		await send(customer, chatId, 'back');
		expect([await find(false), await find(true)]).toEqual([[chatId], []]);

		const silent = await createCustomer();
		await openChat(silent);
		expect(await inbox({ p_search: silent.email })).toEqual([]);
	});

	test('the newest message is on top', async () => {
		const mark = word();
		const chats = [];
		for (let n = 0; n < 3; n++) chats.push(await createConversation(mark));
		const order = (): Promise<string[]> => inbox({ p_search: mark }).then(ids);
		const [a, b, c] = chats.map(({ chatId }) => chatId);
		expect(await order()).toEqual([c, b, a]);
		await send(agent, a!, 'an answer brings it up, too');
		expect(await order()).toEqual([a, c, b]);
	});

	test('the counts follow', async () => {
		const before = await one(rpc(agent, 'get_support_inbox_counts'));
		expect(Object.keys(before).sort()).toEqual([
			'active',
			'archived',
			'mine',
			'open',
			'unread',
			'waiting',
		]);
		for (const count of Object.values(before)) expect(count).toBeGreaterThanOrEqual(0);
	});
});

describe('opening a chat', () => {
	test('answers the inbox row and the newest 50 messages, oldest first', async () => {
		const { customer, chatId } = await createConversation('1');
		for (let n = 2; n <= 55; n++) await send(customer, chatId, `${n}`);
		const answer = await one(rpc(agent, 'get_support_chat', { p_chat_id: chatId }));
		expect(answer.chat).toEqual((await inbox({ p_search: customer.email }))[0]);
		expect((answer.messages as Row[]).map((message) => message.seq)).toEqual(
			Array.from({ length: 50 }, (_, i) => i + 6),
		);
	});

	test('of one without messages answers an empty list', async () => {
		const chatId = await openChat(await createCustomer());
		const answer = await one(rpc(agent, 'get_support_chat', { p_chat_id: chatId }));
		expect(answer).toMatchObject({ chat: { id: chatId, message_count: 0 }, messages: [] });
	});

	test('that does not exist is not found', async () => {
		const call = rpc(agent, 'get_support_chat', { p_chat_id: agent.id });
		expect(await refusal(call)).toEqual(coded(404, 'support_chat_not_found'));
	});
});

describe('who may look', () => {
	test.each(['list_support_chats', 'get_support_inbox_counts', 'get_support_chat'])(
		'%s: refused to a customer, a former agent and the signed out',
		async (name) => {
			const { customer, chatId } = await createConversation();
			const args = name === 'get_support_chat' ? { p_chat_id: chatId } : {};
			for (const caller of [customer, await createRemovedAgent()]) {
				expect(await refusal(rpc(caller, name, args))).toEqual(coded(403, 'support_forbidden'));
			}
			expect((await refusal(rpc(signedOut, name, args))).code).toBe('42501');
			const nobody = { role: 'authenticated', claims: {} } as const;
			expect(await refusal(rpc(nobody, name, args))).toEqual(
				coded(401, 'support_not_authenticated'),
			);
		},
	);
});
