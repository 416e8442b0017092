import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	become,
	becomeOwner,
	coded,
	refusal,
	rolledBack,
	rpcIn,
	secretKey,
	sql,
	type Caller,
	type Row,
	type Transaction,
} from '../helpers/database';
import { active, ended, waiting } from '../helpers/conversations';
import { createConversation, createAgent, send, type Person } from '../helpers/people';

/** A caller of each kind, and the rows they act on. */
interface Load {
	customer: Person;
	agent: Person;
	admin: Person;
	chatId: string;
	/** Waits in the customer's chat. */
	open: string;
	/** Waits in another customer's chat. */
	other: string;
	/** The agent has it. */
	taken: string;
	/** Of the customer, ended. */
	ended: string;
	webhook: string;
	delivery: string;
	/** A ticket of the customer. */
	file: string;
	token: string;
}

interface Use {
	as: 'customer' | 'agent' | 'admin' | 'secret key';
	name: string;
	args?: (load: Load) => Row;
	/** The amount that it counts, if not one use. */
	amount?: number;
	code?: string;
	/** Not the caller. */
	subject?: (load: Load) => string;
}

const conversation =
	(which: 'open' | 'other' | 'taken' | 'ended') =>
	(load: Load): Row => ({ p_conversation_id: load[which] });
const chat = (load: Load): Row => ({ p_chat_id: load.chatId });
const message = (load: Load): Row => ({
	p_id: randomUUID(),
	p_chat_id: load.chatId,
	p_content: 'Hello',
});
const file = (load: Load): Row => ({
	p_id: randomUUID(),
	p_chat_id: load.chatId,
	p_name: 'photo.png',
	p_mime_type: 'image/png',
	p_size_bytes: 1000,
});
const uploads = { as: 'customer', name: 'begin_support_upload', args: file } as const;
const upload = { ...uploads, code: 'support_upload_rate_limited' } as const;

/** Every limit, with every function that counts it. */
const uses: Record<string, Use[]> = {
	admin_change: [],
	agent_action: [
		{ as: 'agent', name: 'archive_support_chat', args: chat },
		{ as: 'agent', name: 'unarchive_support_chat', args: chat },
		{ as: 'agent', name: 'take_support_conversation', args: conversation('other') },
		{ as: 'agent', name: 'release_support_conversation', args: conversation('taken') },
		{ as: 'agent', name: 'escalate_support_conversation', args: conversation('other') },
		{ as: 'agent', name: 'end_support_conversation', args: conversation('taken') },
		{
			as: 'agent',
			name: 'transfer_support_conversation',
			args: (load) => ({ p_conversation_id: load.taken, p_agent_id: load.admin.id }),
		},
	],
	answer: [{ as: 'agent', name: 'send_support_message', args: message }],
	availability: [
		{ as: 'agent', name: 'set_support_availability', args: () => ({ p_available: false }) },
	],
	change_team: [
		{
			as: 'admin',
			name: 'update_support_agent',
			args: (load) => ({
				p_user_id: load.agent.id,
				p_display_name: 'Mika',
				p_role: 'agent',
				p_tier: 'regular',
			}),
		},
		{
			as: 'admin',
			name: 'remove_support_agent',
			args: (load) => ({ p_user_id: load.agent.id }),
		},
	],
	change_webhook: [
		{
			as: 'admin',
			name: 'create_support_webhook',
			args: () => ({ p_url: 'https://example.com/hooks', p_events: ['chat.created'] }),
		},
		{
			as: 'admin',
			name: 'rotate_support_webhook_secret',
			args: (load) => ({ p_id: load.webhook }),
		},
	],
	conversation: [],
	deletion: [{ as: 'customer', name: 'delete_support_conversation', args: conversation('ended') }],
	end_conversation: [
		{ as: 'customer', name: 'end_support_conversation', args: conversation('open') },
	],
	file_addresses: [
		{ as: 'customer', name: 'support_readable_files', args: () => ({ p_paths: ['x'] }) },
	],
	file_check: [
		{
			as: 'secret key',
			name: 'support_claim_upload',
			args: (load) => ({ p_id: load.file }),
			subject: (load) => load.customer.id,
			code: 'support_upload_rate_limited',
		},
	],
	heartbeat: [{ as: 'agent', name: 'support_heartbeat' }],
	invitation: [
		{
			as: 'admin',
			name: 'invite_support_agent',
			args: (load) => ({ p_email: load.customer.email }),
		},
	],
	message: [{ as: 'customer', name: 'send_support_message', args: message }],
	presence: [{ as: 'agent', name: 'set_support_presence', args: chat }],
	rating: [
		{
			as: 'customer',
			name: 'rate_support_conversation',
			args: (load) => ({ p_conversation_id: load.ended, p_rating: 5 }),
		},
	],
	read: [
		{ as: 'customer', name: 'mark_support_chat_read', args: () => ({ p_up_to_seq: 1_000_000 }) },
	],
	report: [
		{
			as: 'agent',
			name: 'support_report',
			args: () => ({ p_from: '2026-01-01', p_to: '2026-02-01' }),
		},
	],
	resend_webhook: [
		{
			as: 'admin',
			name: 'resend_support_webhook_delivery',
			args: (load) => ({ p_id: load.delivery }),
		},
	],
	resubscribe: [
		{
			as: 'secret key',
			name: 'support_set_email_subscription',
			args: (load) => ({ p_token: load.token, p_action: 'resubscribe' }),
			subject: (load) => load.customer.id,
		},
	],
	search: [{ as: 'agent', name: 'list_support_chats', args: () => ({ p_search: 'Ada' }) }],
	start: [{ as: 'customer', name: 'start_support_conversation' }],
	test_email: [
		{ as: 'admin', name: 'send_support_test_email', code: 'support_test_email_rate_limited' },
	],
	test_webhook: [
		{ as: 'admin', name: 'test_support_webhook', args: (load) => ({ p_id: load.webhook }) },
	],
	typing: [
		{
			as: 'customer',
			name: 'send_support_typing',
			args: (load) => ({ ...chat(load), p_typing: true }),
		},
	],
	upload: [upload],
	upload_bytes: [{ ...upload, amount: 1000 }],
	upload_of_day: [upload],
	view: [{ as: 'agent', name: 'mark_support_chat_viewed', args: chat }],
};

/** Functions that write and count nothing, and why. */
const UNLIMITED: Record<string, string> = {
	get_or_create_support_chat: 'writes one row for each user, once, and broadcasts nothing',
};

async function load(): Promise<Load> {
	const [agent, admin] = [await createAgent(), await createAgent('admin')];
	const first = await ended(agent);
	await send(agent, first.chatId, 'Anything else?');
	await sql`
		update public.support_conversations set status = 'ended', ended_at = now()
		where chat_id = ${first.chatId} and status <> 'ended'`;
	const again = await send(first.customer, first.chatId, 'Yes');
	const token = randomUUID();
	await sql`
		insert into public.support_email_preferences (user_id, token, unsubscribed_at)
		values (${first.customer.id}, ${token}, now())`;
	return {
		customer: first.customer,
		agent,
		admin,
		chatId: first.chatId,
		open: String(again.conversation_id),
		other: (await waiting()).id,
		taken: (await active(agent)).id,
		ended: first.id,
		webhook: '',
		delivery: '',
		file: '',
		token,
	};
}

/** A webhook, which Vault needs a commit for no part of: within the transaction, so that nothing is sent. */
async function withWebhook(tx: Transaction, given: Load): Promise<Load> {
	await become(tx, given.admin);
	const args = { p_url: 'https://example.com/hooks', p_events: ['chat.created'] };
	const [webhook] = await rpcIn(tx, 'create_support_webhook', args);
	const [delivery] = await tx<
		{ id: string }[]
	>`select public.test_support_webhook(${webhook!.id}) as id`;
	await becomeOwner(tx);
	const file = randomUUID();
	await tx`
		insert into public.support_attachments (id, chat_id, uploader_id, name, mime_type, size_bytes)
		values (${file}, ${given.chatId}, ${given.customer.id}, 'a.png', 'image/png', 1)`;
	return { ...given, webhook: webhook!.id, delivery: delivery!.id, file };
}

const shared = load();

const callers = (given: Load): Record<Use['as'], Caller> => ({
	customer: given.customer,
	agent: given.agent,
	admin: given.admin,
	'secret key': secretKey,
});

/** Runs with the rows that each kind of caller acts on, and with customers who may delete; everything is rolled back. */
async function limited(work: (tx: Transaction, load: Load) => Promise<void>): Promise<void> {
	const given = await shared;
	await rolledBack(async (tx) => {
		// It removes an agent after it has locked counters: without this, a call of another test could wait for it and it for them.
		await tx`select support_private.begin_deletion()`;
		await tx`
			update public.support_settings
			set delete_history = 'erase', upload_types = '{image/png}', messages_per_minute = 1000`;
		const complete = await withWebhook(tx, given);
		await tx`delete from support_private.usage_counters`;
		await work(tx, complete);
	}, 'read committed');
}

async function callIn(tx: Transaction, caller: Caller, use: Use, given: Load): Promise<void> {
	await tx.savepoint(async (sp) => {
		await become(sp, caller);
		await rpcIn(sp, use.name, use.args?.(given) ?? {});
	});
	await becomeOwner(tx);
}

const usedIn = async (tx: Transaction, action: string, subject: string): Promise<number> => {
	const [row] = await tx`
		select coalesce(sum(a), 0)::integer as used
		from support_private.usage_counters u, unnest(u.amounts) a
		where u.action = ${action} and u.subject = ${subject}`;
	return row!.used;
};

const cases = Object.entries(uses).flatMap(([action, all]) =>
	all.map((use) => ({ action, use, as: use.as, name: use.name })),
);

describe('every function that changes something', () => {
	test.each(cases)(
		'$name, by the $as, counts as $action and is refused beyond',
		({ action, use }) =>
			limited(async (tx, given) => {
				const caller = callers(given)[use.as];
				const subject = use.subject?.(given) ?? String(caller.claims.sub);
				await tx
					.savepoint(async (sp) => {
						await callIn(sp, caller, use, given);
						expect(await usedIn(sp, action, subject)).toBe(use.amount ?? 1);
						throw new Error('taken back');
					})
					.catch((error: unknown) => {
						if (!(error instanceof Error && error.message === 'taken back')) throw error;
					});
				const [limit] =
					await tx`select amount from support_private.limits where action = ${action}`;
				const amount = action === 'message' ? 1000 : limit!.amount;
				await tx`select support_private.use_allowance(${action}, ${amount}, ${subject}, ${amount})`;
				expect(await refusal(callIn(tx, caller, use, given))).toEqual(
					coded(429, use.code ?? 'support_rate_limited'),
				);
			}),
	);

	test('has a limit, or a reason for none', async () => {
		const functions = await sql<{ name: string; source: string; workers: string }[]>`
			select p.proname as name, p.prosrc as source, coalesce((
				select string_agg(w.prosrc, E'\n') from pg_proc w
				where w.pronamespace = 'support_private'::regnamespace
					and p.prosrc like '%support\_private.' || w.proname || '(%'
			), '') as workers
			from pg_proc p
			where p.pronamespace = 'public'::regnamespace and p.proname like '%support%'
				and p.provolatile = 'v' and has_function_privilege('authenticated', p.oid, 'execute')
			order by 1`;
		const tested = new Set(cases.map(({ name }) => name));
		const unlimited = functions
			.filter(({ workers }) => !workers.includes('support_private.use_allowance('))
			.map(({ name }) => name);
		expect(unlimited).toEqual(Object.keys(UNLIMITED));
		expect(
			functions.map(({ name }) => name).filter((name) => !tested.has(name) && !UNLIMITED[name]),
		).toEqual([]);
	});

	test('every limit is covered by these tests', async () => {
		const limits = await sql<Row[]>`select action from support_private.limits order by action`;
		expect(limits.map(({ action }) => action)).toEqual(Object.keys(uses));
	});

	test('no user can use up the allowance of another', async () => {
		const [row] = await sql`
			select bool_or(has_function_privilege(r, p.oid, 'execute')) as may
			from pg_proc p, unnest(array['anon', 'authenticated']) r
			where p.pronamespace = 'support_private'::regnamespace and p.proname = 'use_allowance'`;
		expect(row).toEqual({ may: false });
	});
});

describe('every table that the API may write', () => {
	test('counts each statement', async () => {
		const tables = await sql<{ name: string; counted: boolean }[]>`
			select c.relname as name, bool_and(exists (
				select from pg_trigger t
				where t.tgrelid = c.oid and t.tgfoid = 'support_private.limit_admin_changes()'::regprocedure
					and t.tgtype & bit.value = bit.value and t.tgtype & 3 = 2
			)) as counted
			from pg_class c
			cross join (values ('insert', 4), ('delete', 8), ('update', 16)) as bit (command, value)
			where c.relnamespace = 'public'::regnamespace and c.relname like 'support\_%' and c.relkind = 'r'
				and (
					has_table_privilege('authenticated', c.oid, bit.command)
					or bit.command <> 'delete' and has_any_column_privilege('authenticated', c.oid, bit.command)
				)
			group by 1
			order by 1`;
		expect(tables.length).toBeGreaterThanOrEqual(6);
		expect(tables.filter(({ counted }) => !counted)).toEqual([]);
	});

	test('and an admin’s changes beyond the limit are refused', () =>
		limited(async (tx, { admin }) => {
			await tx`update support_private.limits set amount = 2 where action = 'admin_change'`;
			await become(tx, admin);
			await tx`update public.support_settings set app_name = 'One'`;
			await tx`delete from public.support_schedules`;
			expect(
				await refusal(
					tx.savepoint((sp) => sp`update public.support_settings set app_name = 'Two'`.execute()),
				),
			).toEqual(coded(429, 'support_rate_limited'));
		}));
});

describe('one customer who opens, ends and rates without a pause', () => {
	test('is limited soon, whatever they delete, and others are not', async () => {
		const { customer, chatId } = await createConversation();
		await rolledBack(async (tx) => {
			await tx`update public.support_settings set delete_history = 'erase', messages_per_minute = 1000`;
			const [before] = await tx`select count(*) as n from realtime.messages`;
			await become(tx, customer);
			let rounds = 0;
			const round = async (sp: Transaction): Promise<void> => {
				const [open] = await rpcIn(sp, 'start_support_conversation');
				const id = { p_conversation_id: open!.id };
				await rpcIn(sp, 'end_support_conversation', id);
				await rpcIn(sp, 'rate_support_conversation', { ...id, p_rating: 1 });
				await rpcIn(sp, 'delete_support_conversation', id);
				rounds++;
			};
			const stopped = refusal(
				(async () => {
					for (let n = 0; n < 200; n++) await tx.savepoint(round);
				})(),
			);
			expect(await stopped).toEqual(coded(429, 'support_rate_limited'));
			expect(rounds).toBeLessThanOrEqual(30);
			// Nor by a message, which opens one, too.
			const text = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'Hello' };
			expect(await refusal(tx.savepoint((sp) => rpcIn(sp, 'send_support_message', text)))).toEqual(
				coded(429, 'support_rate_limited'),
			);
			await becomeOwner(tx);
			const [after] = await tx`select count(*) as n from realtime.messages`;
			expect(after!.n - before!.n).toBeLessThanOrEqual(300);
		}, 'read committed');
	});

	test('conversations that agents’ replies open do not count against the customer', async () => {
		const agent = await createAgent();
		const { customer, chatId } = await createConversation();
		const [{ amount }] = await sql<[{ amount: number }]>`
			select amount from support_private.limits where action = 'conversation'`;
		await rolledBack(async (tx) => {
			for (let n = 0; n < amount + 1; n++) {
				await become(tx, agent);
				const args = { p_id: randomUUID(), p_chat_id: chatId, p_content: 'Hello' };
				const [row] = await rpcIn(tx, 'send_support_message', args);
				await rpcIn(tx, 'end_support_conversation', { p_conversation_id: row!.conversation_id });
			}
			await become(tx, customer);
			await rpcIn(tx, 'start_support_conversation');
		}, 'read committed');
	});
});
