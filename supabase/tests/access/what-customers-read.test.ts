import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { callIn } from '../helpers/conversations';
import {
	become,
	becomeOwner,
	refusal,
	rolledBack,
	sql,
	type Row,
	type Transaction,
} from '../helpers/database';
import { userFunctions } from '../helpers/expected-rights';
import { createCustomer, createAgent, type Person } from '../helpers/people';

/** All that a customer may know of each thing. A new column is for agents until it is added here. */
const MESSAGE =
	'attachments chat_id content conversation_id created_at id read_at sender_id sender_name sender_type seq updated_at';
const CONVERSATION =
	'accepted_at agent_id chat_id ended_at ended_by id queued_at rating started_at status';
const FILE =
	'chat_id created_at height id message_id mime_type name path refusal size_bytes status width';

/** By plain select; every table that is not here shows a customer no row. */
const TABLES: Record<string, string> = {
	support_attachments: `${FILE} uploader_id`,
	support_chats: 'admin_viewed_at created_at id last_message_at last_seq user_id',
	support_conversations: CONVERSATION,
	support_email_preferences: 'unsubscribed_at user_id',
	support_messages: MESSAGE,
};

/** By function; every function that is not here refuses customers. */
const FUNCTIONS: Record<string, string> = {
	begin_support_upload: FILE,
	delete_support_conversation: '',
	end_support_conversation: `${CONVERSATION} feedback`,
	get_or_create_support_chat:
		'admin_viewed_at app_name created_at id last_message_at last_seq messages unread_count user_id',
	get_support_unread: 'awaiting_answer chat_id is_staff last_seq unread_count',
	list_support_conversations:
		'accepted_at agent_id agent_name chat_id ended_at ended_by feedback id rating started_at status',
	list_support_messages: MESSAGE,
	mark_support_chat_read: 'read_at unread_count up_to_seq',
	rate_support_conversation: `${CONVERSATION} feedback`,
	send_support_message: MESSAGE,
	start_support_conversation: `${CONVERSATION} feedback`,
	send_support_typing: '',
	support_readable_files: '',
	support_status:
		'agents_online allow_view_history app_name conversation delete_history emails_answers expected_reply_minutes is_staff ' +
		'max_upload_mb message_before_accept open opens_at queue_position settings_version upload_types',
};

/** Inside of what a function or a broadcast answers. */
const INSIDE: Record<string, string> = {
	attachments: 'height id mime_type name path size_bytes width',
	conversation: `${CONVERSATION} agent_name`,
	message: MESSAGE,
	messages: MESSAGE,
};

/** On the topic of their chat, and on the one of the settings. Each also has `id` and `type`. */
const BROADCASTS: Record<string, string> = {
	chat_updated: 'admin_viewed_at chat_id',
	conversation_deleted: 'chat_id conversation_id',
	conversation_updated: 'chat_id conversation',
	messages_read: 'chat_id read_at up_to_seq',
	new_message: 'chat_id message',
	settings_changed: 'version',
};

/** Notes what is told: which keys have a value, by where they stand. */
class Told {
	readonly keys = new Map<string, Set<string>>();

	add(where: string, value: unknown): void {
		if (Array.isArray(value)) value.forEach((item) => this.add(where, item));
		if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
		const keys = this.keys.get(where) ?? new Set();
		this.keys.set(where, keys);
		for (const [key, inner] of Object.entries(value)) {
			if (inner === null) continue;
			keys.add(key);
			this.add(key, inner);
		}
	}

	/** Exposed fields that are in no list. */
	beyond(lists: Record<string, string>): string[] {
		return [...this.keys].flatMap(([where, keys]) => {
			const list = new Set((lists[where] ?? '').split(' '));
			return [...keys].filter((key) => !list.has(key)).map((key) => `${where}.${key}`);
		});
	}
}

interface People {
	customer: Person;
	agent: Person;
	admin: Person;
}

const createPeople = async (): Promise<People> => ({
	customer: await createCustomer(),
	agent: await createAgent(),
	admin: await createAgent('admin'),
});

/** A conversation from start to deletion, with all that can be set; what the customer is told goes to `told`. */
async function wholeLife(
	tx: Transaction,
	{ customer, agent, admin }: People,
	told: Told,
	heard: Told,
): Promise<void> {
	await tx`update public.support_settings set delete_history = 'hide', expected_reply_minutes = 5`;
	const ask = async (name: string, args: Row = {}): Promise<Row> => {
		const rows = await callIn(tx, customer, name, args);
		told.add(name, rows);
		if (name === 'support_status') told.add(name, rows[0]!.support_status ?? rows[0]);
		return rows[0] ?? {};
	};
	const chat = await ask('get_or_create_support_chat');
	const opened = await ask('start_support_conversation', {
		p_context: { page: 'https://example.com/' },
	});
	const one = { p_conversation_id: opened.id };
	const file = randomUUID();
	await ask('begin_support_upload', {
		p_id: file,
		p_chat_id: chat.id,
		p_name: 'a.png',
		p_mime_type: 'image/png',
		p_size_bytes: 9,
	});
	await becomeOwner(tx);
	await tx`
		update public.support_attachments
		set status = 'ready', width = 1, height = 1, checked_at = now(), checked_version = 'v' where id = ${file}`;
	await tx`insert into storage.objects (bucket_id, name, version) values ('support-attachments', ${`${chat.id}/${file}.png`}, 'v')`;
	const message = { p_chat_id: chat.id, p_content: 'Hello' };
	await ask('send_support_message', { ...message, p_id: randomUUID(), p_attachment_ids: [file] });
	await callIn(tx, agent, 'escalate_support_conversation', { ...one, p_priority: 9 });
	await ask('support_status');
	await callIn(tx, agent, 'take_support_conversation', one);
	await callIn(tx, agent, 'send_support_message', { ...message, p_id: randomUUID() });
	await callIn(tx, agent, 'mark_support_chat_viewed', { p_chat_id: chat.id });
	await ask('get_support_unread');
	await ask('mark_support_chat_read', { p_up_to_seq: 9 });
	await callIn(tx, admin, 'archive_support_chat', { p_chat_id: chat.id });
	await ask('rate_support_conversation', { ...one, p_rating: 5, p_feedback: 'Kind' });
	for (const name of ['list_support_conversations', 'get_or_create_support_chat', 'support_status'])
		await ask(name);
	await ask('list_support_messages', { p_chat_id: chat.id });
	await hear(tx, String(chat.id), heard); // Before the broadcasts of the deleted conversation are removed.
	const again = await ask('start_support_conversation');
	await ask('end_support_conversation', { p_conversation_id: again.id });
	await ask('delete_support_conversation', { p_conversation_id: again.id });
	await hear(tx, String(chat.id), heard);
	await tx`insert into public.support_email_preferences (user_id, unsubscribed_at) values (${customer.id}, now())`;
}

/** Notes what was broadcast to whoever has this chat open. */
async function hear(tx: Transaction, chatId: string, heard: Told): Promise<void> {
	await becomeOwner(tx);
	const sent = await tx<{ event: string; payload: Row }[]>`
		select event, payload from realtime.messages where topic in (${`support_chat:${chatId}`}, 'support_settings')`;
	for (const { event, payload } of sent) heard.add(event, payload);
}

describe('a customer reads what was decided, and nothing else,', () => {
	test('of every table', async () => {
		const people = await createPeople();
		const tables = await sql<{ name: string; columns: string[] }[]>`
			select c.relname as name, array(
				select a.attname from pg_attribute a
				where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
					and has_column_privilege('authenticated', c.oid, a.attnum, 'select')
				order by a.attname
			)::text[] as columns
			from pg_class c
			where c.relkind in ('r', 'p', 'v', 'm') and c.relname like 'support\_%' and c.relnamespace = 'public'::regnamespace`;
		await rolledBack(async (tx) => {
			await wholeLife(tx, people, new Told(), new Told());
			await become(tx, people.customer);
			for (const { name, columns } of tables) {
				const list = columns.map((column) => `"${column}"`).join();
				const rows =
					columns.length === 0 ? [] : await tx.unsafe(`select ${list} from public.${name}`);
				const read = rows.length === 0 ? [] : columns;
				expect(read, name).toEqual(TABLES[name]?.split(' ').sort() ?? []);
			}
		}, 'read committed');
	});

	test('of what functions answer', async () => {
		const told = new Told();
		const people = await createPeople();
		await rolledBack((tx) => wholeLife(tx, people, told, new Told()), 'read committed');
		expect(told.beyond({ ...FUNCTIONS, ...INSIDE })).toEqual([]);
		const silent = Object.keys(FUNCTIONS).filter((name) => !told.keys.has(name));
		expect(silent).toEqual([
			'delete_support_conversation',
			'send_support_typing',
			'support_readable_files',
		]); // They answer nothing.
	});

	test.each(userFunctions.filter((name) => !(name in FUNCTIONS)))(
		'%s refuses them',
		async (name) => {
			const customer = await createCustomer();
			const [fn] = await sql<{ args: string[] }[]>`
			select array(select format_type(t, null) from unnest(proargtypes) t)::text[] as args
			from pg_proc where pronamespace = 'public'::regnamespace and proname = ${name}`;
			const call = rolledBack(async (tx) => {
				await become(tx, customer);
				await tx.unsafe(`select public.${name}(${fn!.args.map((type) => `null::${type}`).join()})`);
			});
			expect(await refusal(call)).toEqual({ code: 'PT403', message: 'support_forbidden' });
		},
	);

	test('of broadcasts', async () => {
		const told = new Told();
		const people = await createPeople();
		await rolledBack((tx) => wholeLife(tx, people, new Told(), told), 'read committed');
		const lists = Object.entries(BROADCASTS).map(([event, keys]) => [event, `${keys} id type`]);
		expect(told.beyond({ ...Object.fromEntries(lists), ...INSIDE })).toEqual([]);
		expect(Object.keys(BROADCASTS).filter((event) => !told.keys.has(event))).toEqual([]);
	});
});
