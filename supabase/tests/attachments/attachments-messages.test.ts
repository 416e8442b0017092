import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ATTACHMENTS_MAX } from '$chat/limits';
import { attach, begin, readyRow, storedFile } from '../helpers/attachments';
import { callIn, oneIn } from '../helpers/conversations';
import {
	become,
	coded,
	one,
	refusal,
	rolledBack,
	rpc,
	sql,
	type Caller,
	type Row,
} from '../helpers/database';
import {
	createCustomer,
	createAgent,
	openChat,
	send,
	storedChat,
	storedMessages,
	type Person,
} from '../helpers/people';
import { word } from '../helpers/words';

let customer: Person;
let agent: Person;
let chatId: string;

beforeAll(async () => {
	[customer, agent] = [await createCustomer(), await createAgent()];
	chatId = await openChat(customer);
});

const sees = async (caller: Caller, id: string): Promise<boolean> =>
	sql.begin(async (tx) => {
		await become(tx, caller);
		return (await tx`select from public.support_attachments where id = ${id}`).length === 1;
	});

describe('a message with files', () => {
	test('carries them in the order in which they were named', async () => {
		const ids = [
			await readyRow(customer, chatId),
			await readyRow(customer, chatId, { type: 'application/pdf', name: 'b.pdf' }),
		];
		const message = await attach(customer, chatId, ids.toReversed(), 'Look');
		expect(message.content).toBe('Look');
		expect(message.attachments).toEqual([
			{
				id: ids[1],
				path: `${chatId}/${ids[1]}.pdf`,
				name: 'b.pdf',
				mime_type: 'application/pdf',
				size_bytes: 100,
				width: 4,
				height: 3,
			},
			{
				id: ids[0],
				path: `${chatId}/${ids[0]}.png`,
				name: 'photo.png',
				mime_type: 'image/png',
				size_bytes: 100,
				width: 4,
				height: 3,
			},
		]);
		for (const id of ids) expect((await storedFile(id))!.message_id).toBe(message.id);
		expect((await storedChat(chatId)).last_message_preview).toBe('Look');
	});

	test('may be without words, and is shown by their names', async () => {
		const ids = [
			await readyRow(customer, chatId),
			await readyRow(customer, chatId, { name: 'two.png' }),
		];
		for (const blank of ['', ' \u200b\n']) {
			const message = await attach(customer, chatId, [blank === '' ? ids[0]! : ids[1]!], blank);
			expect(message.content).toBe('');
		}
		expect((await storedChat(chatId)).last_message_preview).toBe('📎 two.png');
	});

	test('sent again is the same message, though its files are used by then', async () => {
		const id = await readyRow(customer, chatId);
		const message = await attach(customer, chatId, [id]);
		expect(await attach(customer, chatId, [id], '', message.id)).toEqual(message);
	});

	test('without files needs words, as ever', async () => {
		for (const ids of [[], null])
			expect(
				await refusal(
					rpc(customer, 'send_support_message', {
						p_id: randomUUID(),
						p_chat_id: chatId,
						p_content: ' ',
						p_attachment_ids: ids,
					}),
				),
			).toEqual(coded(400, 'support_message_blank'));
		const old = await one(
			rpc(customer, 'send_support_message', {
				p_id: randomUUID(),
				p_chat_id: chatId,
				p_content: 'old client',
			}),
		);
		expect(old.attachments).toEqual([]);
	});

	test('is refused as a whole when its text is too long, and the files stay unused', async () => {
		const id = await readyRow(customer, chatId);
		expect(await refusal(attach(customer, chatId, [id], 'x'.repeat(4001)))).toEqual(
			coded(400, 'support_message_too_long'),
		);
		expect((await storedFile(id))!.message_id).toBeNull();
	});

	test('brings an archived chat back, and opens a conversation, as words do', async () => {
		const other = await createCustomer();
		const chat = await openChat(other);
		await send(other, chat, 'Hello');
		await rpc(agent, 'archive_support_chat', { p_chat_id: chat });
		const message = await attach(other, chat, [await readyRow(other, chat)]);
		expect((await storedChat(chat)).archived_at).toBeNull();
		expect(message.conversation_id).not.toBeNull();
	});

	test('is broadcast with them', async () => {
		const id = await readyRow(customer, chatId);
		await attach(customer, chatId, [id]);
		const [heard] = await sql<Row[]>`
			select payload from realtime.messages
			where topic = ${`support_chat:${chatId}`} and event = 'new_message' order by inserted_at desc limit 1`;
		expect(heard!.payload.message.attachments).toEqual([expect.objectContaining({ id })]);
	});

	test('is found by the name of a file', async () => {
		const needle = word();
		await attach(customer, chatId, [await readyRow(customer, chatId, { name: `${needle}.png` })]);
		const found = await rpc(agent, 'list_support_chats', { p_search: needle });
		expect(found.map(({ id }) => id)).toEqual([chatId]);
		await readyRow(customer, chatId, { name: `un${needle}sent.png` });
		expect(await rpc(agent, 'list_support_chats', { p_search: `un${needle}sent` })).toEqual([]);
	});
});

describe('a message is refused', () => {
	const refused = async (caller: Person, chat: string, ids: (string | null)[]) => {
		const before = (await storedMessages(chat)).length;
		const answer = await refusal(attach(caller, chat, ids, 'text'));
		expect(await storedMessages(chat)).toHaveLength(before);
		return answer;
	};

	test('with a file that is unknown, of another chat, or of another person', async () => {
		const other = await createCustomer();
		const theirs = await readyRow(other, await openChat(other));
		const elsewhere = await readyRow(agent, await openChat(other));
		const ofAgents = await readyRow(agent, chatId);
		for (const id of [randomUUID(), theirs, ofAgents, null])
			expect(await refused(customer, chatId, [id])).toEqual(
				coded(400, 'support_attachment_not_found'),
			);
		expect(await refused(agent, chatId, [elsewhere])).toEqual(
			coded(400, 'support_attachment_not_found'),
		);
	});

	test('with one that is not checked, was refused, or is in use', async () => {
		const { id } = await begin(customer, chatId);
		expect(await refused(customer, chatId, [id])).toEqual(
			coded(409, 'support_attachment_not_ready'),
		);
		await sql`update public.support_attachments set status = 'refused', refusal = 'support_file_type' where id = ${id}`;
		expect(await refused(customer, chatId, [id])).toEqual(
			coded(409, 'support_attachment_not_ready'),
		);
		const used = await readyRow(customer, chatId);
		await attach(customer, chatId, [used]);
		expect(await refused(customer, chatId, [used])).toEqual(coded(409, 'support_attachment_used'));
		const twice = await readyRow(customer, chatId);
		expect(await refused(customer, chatId, [twice, twice])).toEqual(
			coded(409, 'support_attachment_used'),
		);
	});

	test('when one file is good and another is not: neither is used', async () => {
		const good = await readyRow(customer, chatId);
		await refused(customer, chatId, [good, randomUUID()]);
		expect((await storedFile(good))!.message_id).toBeNull();
	});

	test('with a sixth file', async () => {
		const other = await createCustomer();
		const chat = await openChat(other);
		const ids: string[] = [];
		for (let i = 0; i <= ATTACHMENTS_MAX; i++) ids.push(await readyRow(other, chat));
		await expect(attach(other, chat, ids)).rejects.toMatchObject({
			code: 'PT400',
			message: 'support_attachments_too_many',
			detail: `At most ${ATTACHMENTS_MAX}`,
		});
		expect((await attach(other, chat, ids.slice(1))).attachments).toHaveLength(ATTACHMENTS_MAX);
	});

	test('with a file of a type that the settings no longer have', async () => {
		const id = await readyRow(customer, chatId);
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set upload_types = '{application/pdf}'`;
			const call = callIn(tx, customer, 'send_support_message', {
				p_id: randomUUID(),
				p_chat_id: chatId,
				p_attachment_ids: [id],
			});
			expect(await refusal(call)).toEqual(coded(400, 'support_upload_type'));
		}, 'read committed');
	});

	test('with a file whose object is gone', async () => {
		const id = await readyRow(customer, chatId);
		await rolledBack(async (tx) => {
			await tx`select set_config('storage.allow_delete_query', 'true', true)`;
			await tx`delete from storage.objects where name like ${`%${id}.png`}`;
			const call = callIn(tx, customer, 'send_support_message', {
				p_id: randomUUID(),
				p_chat_id: chatId,
				p_attachment_ids: [id],
			});
			expect(await refusal(call)).toEqual(coded(400, 'support_attachment_not_found'));
		}, 'read committed');
	});

	test('of two that name one file at once, one', async () => {
		const id = await readyRow(customer, chatId);
		const both = await Promise.allSettled([
			attach(customer, chatId, [id]),
			attach(customer, chatId, [id]),
		]);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	});
});

describe('who sees a file', () => {
	test('before it is sent its uploader, afterwards the chat’s customer and agents', async () => {
		const people = [customer, agent, await createAgent('admin'), await createCustomer()];
		const id = await readyRow(agent, chatId);
		const all = () => Promise.all(people.map((person) => sees(person, id)));
		expect(await all()).toEqual([false, true, false, false]);
		await attach(agent, chatId, [id]);
		expect(await all()).toEqual([true, true, true, false]);
	});

	test('of a conversation that its customer deleted: agents, if it was hidden; no one, if it was erased', async () => {
		for (const mode of ['hide', 'erase']) {
			const { customer: owner, chatId: chat, id: conversation } = await withFile();
			const [file] = await sql<
				Row[]
			>`select id from public.support_attachments where chat_id = ${chat}`;
			await rolledBack(async (tx) => {
				await tx`update public.support_settings set delete_history = ${mode}::public.support_history_deletion`;
				await callIn(tx, owner, 'delete_support_conversation', { p_conversation_id: conversation });
				const seen = [];
				for (const caller of [owner, agent]) {
					await become(tx, caller);
					seen.push(
						(await tx`select from public.support_attachments where id = ${file!.id}`).length,
					);
				}
				expect([mode, ...seen]).toEqual([mode, 0, mode === 'hide' ? 1 : 0]);
				if (mode === 'erase') {
					await become(tx, agent);
					const item = await oneIn(tx, agent, 'get_support_chat', { p_chat_id: chat });
					expect(item.chat.last_message_preview).toBeNull();
				}
			}, 'read committed');
		}
	});

	async function withFile(): Promise<{ customer: Person; chatId: string; id: string }> {
		const owner = await createCustomer();
		const chat = await openChat(owner);
		const message = await attach(owner, chat, [await readyRow(owner, chat)]);
		await rpc(owner, 'end_support_conversation', { p_conversation_id: message.conversation_id });
		return { customer: owner, chatId: chat, id: String(message.conversation_id) };
	}

	test('of an earlier conversation: not its customer, when history is off', async () => {
		const { customer: owner, chatId: chat } = await withFile();
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set allow_view_history = false`;
			await become(tx, owner);
			expect(await tx`select from public.support_attachments where chat_id = ${chat}`).toHaveLength(
				0,
			);
		}, 'read committed');
	});
});
