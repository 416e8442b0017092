import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import {
	become,
	becomeOwner,
	refusal,
	rolledBack,
	type Caller,
	type Row,
	type Transaction,
} from './helpers/database';
import { userFunctions } from './helpers/expected-rights';
import { createCustomer, createStaff, personFor, type Person } from './helpers/people';

const CHATS = 20_000;
const LONG = 2_000;
/** Plans are made anew five times and may then be kept for all values, so both kinds are measured. */
const FRESH_CALLS = 5;
const LATER_CALLS = 3;
/** Blocks of 8 kB that one call may touch, once warm. */
const FEW = 64;

interface Load {
	/** Whose chat is long; a third of it are answers, unread up to seq 90. */
	customer: Person;
	staff: Person;
	admin: Person;
	chatId: string;
	/** The conversation that is open in the long chat. */
	open: string;
	/** The inbox row after 10,000 others. */
	deep: Row;
}

interface Call {
	as: 'customer' | 'staff' | 'admin';
	args: (load: Load) => string;
	/** Whose e-mail is looked up: three blocks each. */
	people?: number;
	blocks?: number;
}

const calls: Record<string, Call[]> = {
	get_or_create_support_chat: [{ as: 'customer', args: () => '', blocks: 140 }],
	get_support_unread: [{ as: 'customer', args: () => '' }],
	list_support_messages: [
		{ as: 'customer', args: ({ chatId }) => `'${chatId}'` },
		{ as: 'customer', args: ({ chatId }) => `'${chatId}', p_before_seq => 100` },
		{ as: 'customer', args: ({ chatId }) => `'${chatId}', p_after_seq => 1000` },
		{ as: 'staff', args: ({ chatId }) => `'${chatId}', p_before_seq => 100` },
	],
	send_support_message: [
		{ as: 'customer', args: ({ chatId }) => `'${randomUUID()}', '${chatId}', 'new'`, blocks: 400 },
		{ as: 'staff', args: ({ chatId }) => `'${randomUUID()}', '${chatId}', 'new'`, blocks: 400 },
	],
	begin_support_upload: [
		{
			as: 'customer',
			args: ({ chatId }) => `'${randomUUID()}', '${chatId}', 'photo.png', 'image/png', 1000`,
			blocks: 100,
		},
	],
	mark_support_chat_read: [{ as: 'customer', args: () => '3', blocks: 100 }],
	list_support_chats: [
		{ as: 'staff', args: () => '', people: 50 },
		{ as: 'staff', args: () => 'p_archived => true', people: 50 },
		...['active', 'archived', 'mine', 'waiting', 'open', 'ended'].map((view) => ({
			as: 'staff' as const,
			args: () => `p_view => '${view}'`,
			people: 50,
			blocks: 300,
		})),
		{
			as: 'staff',
			args: ({ deep }) => `p_before => '${JSON.stringify(deep)}'`,
			people: 50,
		},
	],
	get_support_chat: [{ as: 'staff', args: ({ chatId }) => `'${chatId}'`, people: 1 }],
	mark_support_chat_viewed: [{ as: 'staff', args: ({ chatId }) => `'${chatId}'`, blocks: 100 }],
	// Before archiving, which ends the conversation.
	take_support_conversation: [{ as: 'staff', args: ({ open }) => `'${open}'`, blocks: 300 }],
	transfer_support_conversation: [
		{ as: 'staff', args: ({ open, staff }) => `'${open}', '${staff.id}'`, blocks: 300 },
	],
	escalate_support_conversation: [{ as: 'staff', args: ({ open }) => `'${open}'`, blocks: 300 }],
	archive_support_chat: [{ as: 'staff', args: ({ chatId }) => `'${chatId}'`, blocks: 100 }],
	unarchive_support_chat: [{ as: 'staff', args: ({ chatId }) => `'${chatId}'`, blocks: 100 }],
	// It counts, so it reads what it counts: the chats, never the messages.
	get_support_inbox_counts: [{ as: 'staff', args: () => '', blocks: Infinity }],
	start_support_conversation: [
		{ as: 'customer', args: () => `'{"page": "https://example.com/"}'`, blocks: 100 },
	],
	support_status: [
		{ as: 'customer', args: () => '', blocks: 400 },
		{ as: 'staff', args: () => '', blocks: 400 },
	],
	list_support_conversations: [
		{ as: 'customer', args: () => '' },
		{ as: 'staff', args: ({ chatId }) => `'${chatId}'` },
	],
	list_support_notices: [{ as: 'staff', args: () => '' }],
	support_heartbeat: [{ as: 'staff', args: () => '' }],
	set_support_availability: [{ as: 'staff', args: () => 'true' }],
	list_support_agents: [{ as: 'staff', args: () => '', blocks: Infinity }],
	update_support_agent: [
		{ as: 'admin', args: ({ staff }) => `'${staff.id}', 'Mika', 'agent', 'senior'`, blocks: 100 },
	],
	// They count what is asked for: all that waits, and all that began in the range.
	support_live: [{ as: 'staff', args: () => '', blocks: Infinity }],
	support_report: [
		{ as: 'staff', args: () => `now() - interval '1 day', now()`, blocks: Infinity },
	],
};

/** Each works once only: a second call is refused, so there is nothing to measure again. */
const once = [
	'delete_support_conversation',
	'end_support_conversation',
	'invite_support_agent',
	'rate_support_conversation',
	'release_support_conversation',
	'remove_support_agent',
];

/** An admin's, now and then, and never while a customer waits. */
const settings = [
	'create_support_webhook',
	'resend_support_webhook_delivery',
	'rotate_support_webhook_secret',
	'send_support_test_email',
	'test_support_webhook',
];

test('every function that signed-in users call is measured here', () => {
	expect([...Object.keys(calls), ...once, ...settings].sort()).toEqual(userFunctions);
});

test(`with ${CHATS} chats no call reads a whole table, and each touches few blocks`, async () => {
	const staff = await createStaff();
	const admin = await createStaff('admin');
	const customer = await createCustomer();
	const found: string[] = [];
	await rolledBack(async (tx) => {
		const load = await fill(tx, customer, staff, admin);
		for (const [name, variants] of Object.entries(calls)) {
			for (const call of variants) {
				const args = (): string => call.args(load);
				const { blocks, scanned } = await measure(tx, load[call.as], name, args);
				const most = call.blocks ?? FEW + 3 * (call.people ?? 0);
				if (blocks > most)
					found.push(`${name}(${args()}) as ${call.as}: ${blocks} > ${most} blocks`);
				const counts = call.blocks === Infinity;
				const whole = scanned.filter((table) => !counts || table !== 'support_chats');
				if (whole.length > 0)
					found.push(`${name}(${args()}) as ${call.as} reads all of ${whole.join()}`);
			}
		}
		const { scanned } = await measure(
			tx,
			staff,
			'list_support_chats',
			() => `p_search => 'w7w7w7'`,
		);
		if (scanned.includes('support_messages')) found.push('a search reads all messages');
		for (const kind of ['support_chat', 'support_typing']) {
			for (const caller of [customer, staff]) {
				const join = await measureJoin(tx, caller, `${kind}:${load.chatId}`);
				if (join.length > 0) found.push(`a join of ${kind}:… reads all of ${join.join()}`);
			}
		}
	});
	expect(found).toEqual([]);
});

test('the inbox does not look at messages, unless something is searched', async () => {
	const staff = await createStaff();
	await rolledBack(async (tx) => {
		const touched = async (): Promise<number> => {
			const [row] = await tx<{ n: number }[]>`
				select seq_scan + coalesce(idx_scan, 0) as n from pg_stat_xact_user_tables
				where relid = 'public.support_messages'::regclass`;
			return row!.n;
		};
		const before = await touched();
		await become(tx, staff);
		await tx`select * from public.list_support_chats()`;
		await tx`select * from public.list_support_chats(true)`;
		await tx`select * from public.get_support_inbox_counts()`;
		expect(await touched()).toBe(before);
	});
});

/** Fills the tables within the transaction; it is taken back. */
async function fill(
	tx: Transaction,
	customer: Person,
	staff: Person,
	admin: Person,
): Promise<Load> {
	// Without its triggers: the load is made as the triggers would have left it.
	await lockTables(tx);
	await triggers(tx, 'disable');
	await tx`
		with people as (
			insert into auth.users (id, email)
			select id, 'load-' || id || '@example.com' from (select gen_random_uuid() as id from generate_series(1, ${CHATS}::integer)) ids
			returning id
		)
		insert into public.support_chats
			(user_id, last_seq, message_count, last_message_at, last_user_message_at, admin_viewed_at, archived_at, last_message_preview,
			conversation_status, waiting_since)
		select
			id, 3, 3, at, at, case when n % 50 = 0 then null else at end, case when n % 3 = 0 then at end, 'load',
			(case when n % 20 = 0 then 'waiting' else 'ended' end)::public.support_conversation_status, case when n % 20 = 0 then at end
		from (
			select id, n, now() - n * interval '1 minute' as at
			from (select id, row_number() over () as n from people) numbered
		) timed`;
	await tx`
		insert into public.support_messages (id, chat_id, seq, content, sender_type, sender_id, read_at, created_at)
		select
			gen_random_uuid(), id, n, 'hello ' || n,
			(case when n = 2 then 'admin' else 'user' end)::public.support_sender_type,
			case when n <> 2 then user_id end, case when n = 2 then last_message_at end, last_message_at
		from public.support_chats, generate_series(1, 3) n
		where last_message_preview = 'load'`;
	const [chat] = await tx<{ id: string }[]>`
		insert into public.support_chats (user_id, last_seq, message_count, last_message_at, last_user_message_at)
		values (${customer.id}, ${LONG}::integer, ${LONG}::integer, now(), now()) returning id`;
	const open = await fillConversations(tx, chat!.id);
	await tx`
		insert into public.support_messages (id, chat_id, conversation_id, seq, content, sender_type, read_at, created_at)
		select
			gen_random_uuid(), ${chat!.id}, ${open}, n, 'long ' || n,
			(case when n % 3 = 0 then 'admin' else 'user' end)::public.support_sender_type,
			case when n % 3 = 0 and n > 90 then now() end, now() - (${LONG}::integer - n) * interval '1 hour'
		from generate_series(1, ${LONG}::integer) n`;
	await triggers(tx, 'enable');
	const [deep] = await tx<Row[]>`
		select last_message_at::text, id from public.support_chats
		where archived_at is null and last_message_at is not null
		order by last_message_at desc, id desc offset 10000 limit 1`;
	await tx`
		insert into public.support_notifications (chat_id, status, first_seq, last_seq, due_at, recipient, sent_at)
		select id, 'sent', 2, 2, last_message_at, 'x@example.com', last_message_at
		from public.support_chats where last_message_preview = 'load'`;
	// What vacuum does in the background: without it a search reads all that is new.
	await tx`select gin_clean_pending_list('public.support_messages_content_idx')`;
	await tx`analyze public.support_chats, public.support_messages, public.support_notifications, auth.users`;
	const person = personFor(customer.id, customer.email);
	return { customer: person, staff, admin, chatId: chat!.id, open, deep: deep! };
}

/**
 * Keeps the writers of other files away from both tables, or from none: who waited for the second while holding the
 * first would wait for a writer who needs the first.
 */
async function lockTables(tx: Transaction): Promise<void> {
	for (let tries = 0; tries < 1_000; tries++) {
		const locked = tx.savepoint(async (sp) => {
			await sp`lock table public.support_conversations in share row exclusive mode`;
			await sp`lock table public.support_messages in share row exclusive mode nowait`;
			return 'both';
		});
		const refused = await refusal(locked).catch(() => undefined);
		if (refused === undefined) return void (await locked);
		if (refused.code !== '55P03') throw new Error(refused.message);
	}
	throw new Error('the tables are never free');
}

async function triggers(tx: Transaction, state: 'enable' | 'disable'): Promise<void> {
	await tx.unsafe(`alter table public.support_conversations ${state} trigger user`);
	await tx.unsafe(`alter table public.support_messages ${state} trigger user`);
}

/** One conversation per chat: one in twenty waits, the others ended; and one open in the long chat. */
async function fillConversations(tx: Transaction, chatId: string): Promise<string> {
	await tx`
		insert into public.support_conversations (chat_id, status, started_at, last_message_at, ended_at, ended_by)
		select
			id, conversation_status, last_message_at, last_message_at,
			case when conversation_status = 'ended' then last_message_at end,
			case when conversation_status = 'ended' then 'staff' end::public.support_conversation_end
		from public.support_chats where last_message_preview = 'load'`;
	const [open] = await tx<{ id: string }[]>`
		insert into public.support_conversations (chat_id) values (${chatId}) returning id`;
	await tx`
		update public.support_chats
		set conversation_id = ${open!.id}, conversation_status = 'waiting', waiting_since = now()
		where id = ${chatId}`;
	await tx`analyze public.support_conversations, public.support_agents`;
	return open!.id;
}

/**
 * The blocks that a call touches, with a fresh plan or a kept one, whichever is more, and which tables were read as a
 * whole. Of each kind the least counts: now and then a call pays for what others did to the catalogue.
 */
async function measure(
	tx: Transaction,
	caller: Caller,
	name: string,
	args: () => string,
): Promise<{ blocks: number; scanned: string[] }> {
	await become(tx, caller);
	await tx.unsafe(`select * from public.${name}(${args()})`); // warms the catalogue's caches
	await becomeOwner(tx);
	const before = await scans(tx);
	await become(tx, caller);
	const blocks: number[] = [];
	for (let n = 0; n < FRESH_CALLS + LATER_CALLS; n++) {
		const [row] = await tx.unsafe<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }[]>(
			`explain (analyze, buffers, format json) select * from public.${name}(${args()})`,
		);
		const plan = row!['QUERY PLAN'][0]!.Plan;
		blocks.push(plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!);
	}
	await becomeOwner(tx);
	const after = await scans(tx);
	const scanned = Object.keys(after).filter((table) => after[table]! > (before[table] ?? 0));
	const fresh = Math.min(...blocks.slice(0, FRESH_CALLS));
	const later = Math.min(...blocks.slice(FRESH_CALLS));
	return { blocks: Math.max(fresh, later), scanned };
}

/** Which tables a join of a topic reads as a whole: its policies are called as Realtime calls them, for a row of the topic. */
async function measureJoin(tx: Transaction, caller: Caller, topic: string): Promise<string[]> {
	const id = randomUUID();
	await tx`insert into realtime.messages (id, topic, extension) values (${id}, ${topic}, 'broadcast')`;
	await tx`select set_config('realtime.topic', ${topic}, true)`;
	const before = await scans(tx);
	await become(tx, caller);
	expect(await tx`select from realtime.messages where id = ${id}`).toHaveLength(1);
	await becomeOwner(tx);
	const after = await scans(tx);
	return Object.keys(after).filter((table) => after[table]! > (before[table] ?? 0));
}

/** Sequential scans in this transaction, by table that grows with the number of customers. */
async function scans(tx: Transaction): Promise<Record<string, number>> {
	const rows = await tx<{ name: string; n: number }[]>`
		select relname as name, seq_scan as n from pg_stat_xact_all_tables
		where schemaname = 'auth' and relname = 'users'
			or schemaname = 'public' and relname like 'support_%' and relname not in ('support_agents', 'support_settings', 'support_faults', 'support_schedules', 'support_webhooks')`;
	return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}
