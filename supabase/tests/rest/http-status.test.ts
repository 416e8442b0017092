import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../helpers/database';
import { serviceFunctions, tableRights, userFunctions } from '../helpers/expected-rights';
import { call, rest } from '../helpers/http';
import { storedChat, storedMessages } from '../helpers/people';
import { as, makeAgent, makeUser } from '../setup/clients';

type User = Awaited<ReturnType<typeof makeUser>>;
let customer: User;
let stranger: User;
let admin: User;
let chatId: string;

const message = (content: string | null, id: string = randomUUID(), chat = chatId) => ({
	p_id: id,
	p_chat_id: chat,
	p_content: content,
});

beforeAll(async () => {
	[customer, stranger, admin] = [await makeUser(), await makeUser(), await makeAgent('admin')];
	const { data } = await as(customer).rpc('get_or_create_support_chat').single<{ id: string }>();
	chatId = data!.id;
	await call(customer.accessToken, 'send_support_message', message('Hello'));
});

describe('a chat with the official client', () => {
	test('a customer writes, the team answers, the customer reads it', async () => {
		const person = await makeUser();
		const chat = await as(person).rpc('get_or_create_support_chat').single<{ id: string }>();
		expect(chat.status).toBe(200);
		const sent = await as(person).rpc(
			'send_support_message',
			message('help', randomUUID(), chat.data!.id),
		);
		expect(sent).toMatchObject({ status: 200, error: null, data: { seq: 1, sender_type: 'user' } });

		const found = await as(admin).rpc('list_support_chats', { p_search: person.email });
		expect(found.data).toMatchObject([{ id: chat.data!.id, unread: true, message_count: 1 }]);
		const answer = message('here you are', randomUUID(), chat.data!.id);
		expect((await as(admin).rpc('send_support_message', answer)).error).toBeNull();

		const unread = await as(person).rpc('get_support_unread').single();
		expect(unread.data).toMatchObject({ unread_count: 1, last_seq: 2 });
		const read = await as(person).rpc('mark_support_chat_read', { p_up_to_seq: 2 }).single();
		expect(read.data).toMatchObject({ unread_count: 0, up_to_seq: 2 });
		const seen = await as(admin).rpc('get_support_chat', { p_chat_id: chat.data!.id }).single();
		expect(seen.data).toMatchObject({
			chat: { message_count: 2 },
			messages: [{ seq: 1 }, { seq: 2, read_at: expect.any(String) }],
		});
	});

	test('both may read the rows themselves, each their own', async () => {
		const mine = await as(customer).from('support_messages').select('content');
		expect(mine).toMatchObject({ status: 200, data: [{ content: 'Hello' }] });
		const theirs = await as(admin).from('support_messages').select('content').eq('chat_id', chatId);
		expect(theirs.data).toEqual(mine.data);
	});
});

describe('the status of a refusal', () => {
	const refused: [string, () => User, string, () => object, number, string][] = [
		[
			'blank',
			() => customer,
			'send_support_message',
			() => message(' \u200b '),
			400,
			'support_message_blank',
		],
		[
			'empty',
			() => customer,
			'send_support_message',
			() => message(''),
			400,
			'support_message_blank',
		],
		[
			'null',
			() => customer,
			'send_support_message',
			() => message(null),
			400,
			'support_message_blank',
		],
		[
			'too long',
			() => customer,
			'send_support_message',
			() => message('x'.repeat(4001)),
			400,
			'support_message_too_long',
		],
		[
			'a foreign chat',
			() => stranger,
			'send_support_message',
			() => message('x'),
			404,
			'support_chat_not_found',
		],
		[
			'no such chat',
			() => stranger,
			'send_support_message',
			() => message('x', randomUUID(), randomUUID()),
			404,
			'support_chat_not_found',
		],
		[
			'a foreign chat to list',
			() => stranger,
			'list_support_messages',
			() => ({ p_chat_id: chatId }),
			404,
			'support_chat_not_found',
		],
		[
			'the inbox for a customer',
			() => customer,
			'list_support_chats',
			() => ({}),
			403,
			'support_forbidden',
		],
		[
			'archiving by a customer',
			() => customer,
			'archive_support_chat',
			() => ({ p_chat_id: chatId }),
			403,
			'support_forbidden',
		],
		[
			'a broken cursor',
			() => admin,
			'list_support_chats',
			() => ({ p_before: { id: 'x' } }),
			400,
			'support_bad_cursor',
		],
		[
			'nothing to mark read',
			() => admin,
			'mark_support_chat_read',
			() => ({ p_up_to_seq: 1 }),
			404,
			'support_chat_not_found',
		],
	];

	test.each(refused)('%s', async (_what, who, name, args, status, code) => {
		const before = [await storedChat(chatId), await storedMessages(chatId)];
		const answer = await call(who().accessToken, name, args());
		expect(answer.status).toBe(status);
		expect(answer.body).toMatchObject({ code: `PT${status}`, message: code });
		expect([await storedChat(chatId), await storedMessages(chatId)]).toEqual(before);
	});

	test('a foreign chat and none answer with the same bytes', async () => {
		for (const name of ['list_support_messages', 'archive_support_chat']) {
			const foreign = await call(stranger.accessToken, name, { p_chat_id: chatId });
			const none = await call(stranger.accessToken, name, { p_chat_id: randomUUID() });
			expect(foreign).toEqual(none);
		}
	});

	test('an id that is taken is a conflict', async () => {
		const [taken] = await storedMessages(chatId);
		const { data } = await as(stranger).rpc('get_or_create_support_chat').single<{ id: string }>();
		const args = message('x', taken!.id as string, data!.id);
		expect(await call(stranger.accessToken, 'send_support_message', args)).toMatchObject({
			status: 409,
			body: { message: 'support_message_conflict' },
		});
	});

	test('too many messages: 429, and what was refused is not stored', async () => {
		const person = await makeUser();
		const { data } = await as(person).rpc('get_or_create_support_chat').single<{ id: string }>();
		const [settings] = await sql`select messages_per_minute as n from public.support_settings`;
		await sql`
			select support_private.use_allowance('message', ${settings!.n}::bigint, ${person.id}, ${settings!.n}::bigint)`;
		const args = message('one more', randomUUID(), data!.id);
		expect(await call(person.accessToken, 'send_support_message', args)).toMatchObject({
			status: 429,
			body: {
				code: 'PT429',
				message: 'support_rate_limited',
				details: expect.stringMatching(/^At most \d+ in 60 s: try again in \d+ s$/),
				hint: expect.stringMatching(/^\d+$/),
			},
		});
		expect(await storedMessages(data!.id)).toHaveLength(0);
	});

	test('arguments of the wrong type give a client error, never a server error', async () => {
		for (const [name, args] of [
			['send_support_message', { p_id: 'x', p_chat_id: chatId, p_content: 'x' }],
			['send_support_message', { p_id: randomUUID(), p_chat_id: 'nonsense', p_content: 'x' }],
			['list_support_messages', { p_chat_id: chatId, p_limit: 'many' }],
			['list_support_messages', { p_chat_id: chatId, p_limit: 99999999999 }],
			['mark_support_chat_read', { p_up_to_seq: 1.5 }],
			['mark_support_chat_read', { p_up_to_seq: '99999999999999999999' }],
		] as const) {
			expect((await call(customer.accessToken, name, args)).status).toBe(400);
		}
		for (const args of [{ ...message('x'), p_sender_type: 'admin' }, { p_content: 'x' }]) {
			expect((await call(customer.accessToken, 'send_support_message', args)).status).toBe(404);
		}
		for (const body of ['{', '[]', '"x"', 'null']) {
			const { status } = await call(customer.accessToken, 'send_support_message', body);
			expect(status).toBeGreaterThanOrEqual(400);
			expect(status).toBeLessThan(500);
		}
		expect(await storedMessages(chatId)).toHaveLength(1);
	});
});

describe('signed out', () => {
	const one = { p_conversation_id: '00000000-0000-4000-8000-000000000001' };
	const agent = { p_user_id: '00000000-0000-4000-8000-000000000002' };
	const webhook = { p_id: '00000000-0000-4000-8000-000000000003' };
	const argsOf = (): Record<string, object> => ({
		send_support_message: message('x'),
		mark_support_chat_read: { p_up_to_seq: 1 },
		start_support_conversation: {},
		rate_support_conversation: { ...one, p_rating: 5 },
		transfer_support_conversation: { ...one, p_agent_id: agent.p_user_id },
		invite_support_agent: { p_email: 'x@example.com' },
		remove_support_agent: agent,
		update_support_agent: { ...agent, p_display_name: 'x', p_role: 'admin', p_tier: 'senior' },
		set_support_availability: { p_available: true },
		begin_support_upload: {
			p_id: randomUUID(),
			p_chat_id: chatId,
			...{ p_name: 'photo.png', p_mime_type: 'image/png', p_size_bytes: 1 },
		},
		create_support_webhook: { p_url: 'https://hooks.example.com/', p_events: ['chat.created'] },
		rotate_support_webhook_secret: webhook,
		test_support_webhook: webhook,
		resend_support_webhook_delivery: webhook,
		send_support_test_email: {},
		send_support_typing: { p_chat_id: chatId, p_typing: true },
		support_readable_files: { p_paths: ['x'] },
		support_report: { p_from: '2026-01-01', p_to: '2026-02-01' },
	});
	const withoutArgs = /^(get_or|get_support_(unread|inbox)|list_support_|support_)/;

	test.each(userFunctions)('%s is refused with 401', async (name) => {
		const chat = name === 'list_support_messages' || !withoutArgs.test(name);
		const args =
			argsOf()[name] ??
			(name.endsWith('_support_conversation') ? one : chat ? { p_chat_id: chatId } : {});
		expect(await call(undefined, name, args)).toMatchObject({
			status: 401,
			body: { code: '42501' },
		});
	});

	test.each(Object.keys(tableRights))('%s cannot be read, written or emptied', async (table) => {
		const refused = { status: 401, body: { code: '42501' } };
		expect(await rest(`${table}?select=*`)).toMatchObject(refused);
		expect(await rest(table, { body: { created_at: '2000-01-01' } })).toMatchObject(refused);
		const change = { method: 'PATCH', body: { created_at: '2000-01-01' } };
		expect(await rest(`${table}?created_at=not.is.null`, change)).toMatchObject(refused);
		const remove = { method: 'DELETE' };
		expect(await rest(`${table}?created_at=not.is.null`, remove)).toMatchObject(refused);
	});
});

describe('what is not there for whom', () => {
	test.each(serviceFunctions)('%s is refused to customers and agents', async (name) => {
		for (const { accessToken } of [customer, admin]) {
			const { status } = await call(accessToken, name, {});
			expect([403, 404]).toContain(status);
		}
	});

	test('the private schema is not served', async () => {
		for (const headers of [
			{ 'content-profile': 'support_private' },
			{ 'accept-profile': 'support_private' },
		]) {
			const answer = await rest('rpc/is_agent', { token: admin.accessToken, body: {}, headers });
			expect([404, 406]).toContain(answer.status);
		}
		expect((await call(admin.accessToken, 'is_agent')).status).toBe(404);
	});

	test('a customer finds nothing foreign, however they ask', async () => {
		for (const query of [
			`support_messages?chat_id=eq.${chatId}`,
			`support_messages?or=(chat_id.eq.${chatId},content.ilike.*)&chat_id=neq.${randomUUID()}&sender_id=neq.${stranger.id}`,
			`support_chats?id=eq.${chatId}&select=id,support_messages(*)`,
			`support_chats?select=id&user_id=not.is.null&user_id=neq.${stranger.id}`,
			'support_agents?select=*',
			'support_settings?select=*',
		]) {
			expect(await rest(query, { token: stranger.accessToken })).toEqual({ status: 200, body: [] });
		}
	});

	test('no caller can write tables that only functions write', async () => {
		const before = [await storedChat(chatId), await storedMessages(chatId)];
		const forged = {
			id: randomUUID(),
			chat_id: chatId,
			seq: 2,
			content: 'x',
			sender_type: 'admin',
		};
		for (const { accessToken: token } of [customer, stranger, admin]) {
			const refused = { status: 403, body: { code: '42501' } };
			expect(await rest('support_messages', { token, body: forged })).toMatchObject(refused);
			for (const [path, body] of [
				[`support_messages?chat_id=eq.${chatId}`, { content: 'x', read_at: 'now' }],
				[`support_chats?id=eq.${chatId}`, { archived_at: 'now', last_message_preview: 'x' }],
			] as const) {
				expect(await rest(path, { token, method: 'PATCH', body })).toMatchObject(refused);
				expect(await rest(path, { token, method: 'DELETE' })).toMatchObject(refused);
			}
		}
		expect([await storedChat(chatId), await storedMessages(chatId)]).toEqual(before);
	});
});
