import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { active, take, transfer } from '../helpers/conversations';
import {
	as,
	become,
	coded,
	one,
	refusal,
	rolledBack,
	rpc,
	rpcIn,
	signedOut,
	sql,
	type Row,
	type Transaction,
} from '../helpers/database';
import { userFunctions } from '../helpers/expected-rights';
import { createUser } from '../../../local-stack/testing/people';
import { createConversation, createCustomer, createAgent, type Person } from '../helpers/people';

/** Ways in which a user loses their account. Their access token stays valid. */
const WAYS: Record<string, Row> = {
	'banned for a day': { banned_until: new Date(Date.now() + 86_400_000) },
	'deleted softly': { deleted_at: new Date() },
};

const change = (person: Person, columns: Row): Promise<unknown> =>
	sql`update auth.users set ${sql(columns)} where id = ${person.id}`.execute();

/** One set of arguments for each function, with ids that exist nowhere. */
const ARGS: Record<string, Row> = {
	begin_support_upload: {
		p_id: randomUUID(),
		p_chat_id: randomUUID(),
		p_name: 'a',
		p_mime_type: 'image/png',
		p_size_bytes: 1,
	},
	create_support_webhook: { p_url: 'https://example.com', p_events: ['chat.created'] },
	invite_support_agent: { p_email: 'nobody@example.com' },
	mark_support_chat_read: { p_up_to_seq: 1 },
	rate_support_conversation: { p_conversation_id: randomUUID(), p_rating: 5 },
	send_support_message: { p_id: randomUUID(), p_chat_id: randomUUID(), p_content: 'x' },
	send_support_typing: { p_chat_id: randomUUID(), p_typing: true },
	set_support_availability: { p_available: true },
	support_readable_files: { p_paths: ['x'] },
	support_report: { p_from: '2026-01-01', p_to: '2026-02-01' },
	transfer_support_conversation: { p_conversation_id: randomUUID(), p_agent_id: randomUUID() },
	update_support_agent: {
		p_user_id: randomUUID(),
		p_display_name: 'x',
		p_role: 'agent',
		p_tier: 'regular',
	},
	...Object.fromEntries(
		['remove_support_agent'].map((name) => [name, { p_user_id: randomUUID() }]),
	),
	...Object.fromEntries(
		[
			'resend_support_webhook_delivery',
			'rotate_support_webhook_secret',
			'test_support_webhook',
		].map((name) => [name, { p_id: randomUUID() }]),
	),
	...Object.fromEntries(
		[
			'archive_support_chat',
			'unarchive_support_chat',
			'get_support_chat',
			'mark_support_chat_viewed',
			'list_support_messages',
		].map((name) => [name, { p_chat_id: randomUUID() }]),
	),
	...Object.fromEntries(
		[
			'delete_support_conversation',
			'end_support_conversation',
			'escalate_support_conversation',
			'release_support_conversation',
			'take_support_conversation',
		].map((name) => [name, { p_conversation_id: randomUUID() }]),
	),
};

const TABLES = await sql<{ name: string }[]>`
	select c.relname as name from pg_class c
	where c.relnamespace = 'public'::regnamespace and c.relname like 'support\_%' and c.relkind = 'r'
		and (has_table_privilege('authenticated', c.oid, 'select') or has_any_column_privilege('authenticated', c.oid, 'select'))`;

/** How many rows the caller reads in all tables. */
async function reads(tx: Transaction): Promise<number> {
	let rows = 0;
	for (const { name } of TABLES) {
		const [columns] = await tx<{ list: string }[]>`
			select string_agg(quote_ident(a.attname), ', ') as list from pg_attribute a
			where a.attrelid = ${`public.${name}`}::regclass and a.attnum > 0 and not a.attisdropped
				and has_column_privilege(a.attrelid, a.attnum, 'select')`;
		rows += (await tx.unsafe(`select ${columns!.list} from public.${name}`)).length;
	}
	return rows;
}

describe.each(Object.entries(WAYS))('a user who is %s', (_way, columns) => {
	test.each(['customer', 'agent', 'admin'] as const)(
		'loses all rights at once, as a %s',
		async (kind) => {
			const person =
				kind === 'customer' ? (await createConversation()).customer : await createAgent(kind);
			await as(person, async (tx) => expect(await reads(tx)).toBeGreaterThan(0));
			await change(person, columns);
			await as(person, async (tx) => expect(await reads(tx)).toBe(0));
			for (const name of userFunctions) {
				const call = rpc(person, name, ARGS[name]).catch((error: unknown) => error);
				const answer = await call;
				// Either the one refusal, or the answer for a caller who is signed out: nothing.
				if (answer instanceof Error)
					expect([name, answer.message]).toEqual([
						name,
						expect.stringMatching(/^support_(not_authenticated|chat_not_found)$/),
					]);
				else expect([name, answer]).toEqual([name, []]);
			}
			const topics = [
				'admin_support_notifications',
				'support_settings',
				`support_agent:${person.id}`,
			];
			for (const topic of topics) {
				const [row] = await as(
					person,
					(tx) =>
						tx<Row[]>`select support_private.may_use_topic(${topic}, 'broadcast', false) as may`,
				);
				expect(row).toEqual({ may: false });
			}
		},
	);

	test('who is an agent loses their conversations to the queue, and gets no new ones', async () => {
		const conversation = await active();
		await sql`update public.support_agents set last_seen_at = now() where user_id = ${conversation.agent.id}`;
		await change(conversation.agent, columns);
		const [row] = await sql`
			select v.status, v.agent_id, a.last_seen_at
			from public.support_conversations v, public.support_agents a
			where v.id = ${conversation.id} and a.user_id = ${conversation.agent.id}`;
		expect(row).toEqual({ status: 'waiting', agent_id: null, last_seen_at: null });
		const colleague = await createAgent();
		await take(colleague, conversation.id);
		expect(await refusal(transfer(colleague, conversation.id, conversation.agent.id))).toEqual(
			coded(404, 'support_agent_not_found'),
		);
		// The queue does not assign either, whatever the agent's last heartbeat was.
		await rolledBack(async (tx) => {
			await tx`
				update public.support_agents set last_seen_at = now(), available = true, last_assigned_at = null
				where user_id = ${conversation.agent.id}`;
			await tx`update public.support_conversations set status = 'waiting', agent_id = null where id = ${conversation.id}`;
			await tx`update public.support_settings set auto_assign = true`;
			const { customer } = conversation;
			await become(tx, customer);
			const opened = await one(rpcIn(tx, 'start_support_conversation'));
			expect(opened.agent_id).not.toBe(conversation.agent.id);
		}, 'read committed');
	});

	test('does not count as the other admin', async () => {
		const [admin, other] = [await createAgent('admin'), await createAgent('admin')];
		await change(other, columns);
		await rolledBack(async (tx) => {
			await tx`delete from public.support_agents where user_id not in (${admin.id}, ${other.id})`;
			await become(tx, admin);
			const remove = tx.savepoint((sp) =>
				rpcIn(sp, 'remove_support_agent', { p_user_id: admin.id }),
			);
			expect(await refusal(remove)).toEqual(coded(409, 'support_last_admin'));
		}, 'read committed');
	});
});

test('an expired ban does not count: all rights are back', async () => {
	const { customer, chatId } = await createConversation();
	const agent = await createAgent();
	for (const person of [customer, agent]) {
		await change(person, { banned_until: new Date(Date.now() + 86_400_000) });
		await change(person, { banned_until: new Date(Date.now() - 1000) });
		const rows = await rpc(person, 'list_support_messages', { p_chat_id: chatId });
		expect(rows.length).toBeGreaterThan(0);
	}
});

test('signed out, the caller is null', async () => {
	const [row] = await sql.begin(async (tx) => {
		await tx`select set_config('request.jwt.claims', ${JSON.stringify(signedOut.claims)}, true)`;
		return tx<Row[]>`select support_private.caller_id() as id`;
	});
	expect(row).toEqual({ id: null });
});

test('no function and no policy uses the token’s user instead of the caller', async () => {
	const functions = await sql<{ name: string }[]>`
		select p.proname as name from pg_proc p
		where (p.pronamespace = 'support_private'::regnamespace
			or p.pronamespace = 'public'::regnamespace and p.proname like '%support%')
			and p.prosrc like '%auth.uid()%'
		order by 1`;
	expect(functions.map(({ name }) => name)).toEqual([
		'caller_id',
		'hidden_conversation_ids',
		'is_admin',
		'is_agent',
	]);
	const policies = await sql<{ name: string }[]>`
		select policyname as name from pg_policies
		where schemaname = 'public' and tablename like 'support%' and concat(qual, with_check) like '%uid()%'`;
	expect([...policies]).toEqual([]);
});

describe('who is made an agent by their address', () => {
	const add = (email: string): Promise<unknown> =>
		sql`select public.support_add_agent(${email}, 'agent', 'Mika')`.execute();
	const notFound = coded(404, 'support_user_not_found');

	const strangers: [string, Row][] = [
		['has not confirmed it', { email_confirmed_at: null }],
		['signed in by single sign-on', { is_sso_user: true }],
		['is anonymous', { is_anonymous: true }],
		...Object.entries(WAYS).map(([way, columns]): [string, Row] => [`is ${way}`, columns]),
	];
	test.each(strangers)('is no user who %s', async (_who, columns) => {
		const admin = await createAgent('admin');
		const person = await createCustomer();
		await change(person, columns);
		expect(await refusal(add(person.email))).toEqual(notFound);
		expect(await refusal(rpc(admin, 'invite_support_agent', { p_email: person.email }))).toEqual(
			notFound,
		);
		const team = await sql`select from public.support_agents where user_id = ${person.id}`;
		expect(team).toHaveLength(0);
	});

	test('is the user who confirmed it, even if others have it unconfirmed', async () => {
		const person = await createCustomer();
		await createUser(sql, 'other', { email: person.email, is_sso_user: true });
		await add(` ${person.email.toUpperCase()} `);
		const team = await sql<Row[]>`
			select a.user_id from public.support_agents a join auth.users u on u.id = a.user_id
			where u.email = ${person.email}`;
		expect([...team]).toEqual([{ user_id: person.id }]);
	});
});
