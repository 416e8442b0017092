import { beforeAll, describe, expect, test } from 'vitest';
import {
	become,
	becomeOwner,
	refusal,
	rolledBack,
	signedOut,
	sql,
	type Caller,
	type Transaction,
} from '../helpers/database';
import { tableRights } from '../helpers/expected-rights';
import {
	createConversation,
	createCustomer,
	createRemovedAgent,
	createAgent,
	send,
	type Person,
} from '../helpers/people';

const tables = await sql<{ name: string; columns: string[] }[]>`
	select
		c.relname as name,
		array(
			select a.attname from pg_attribute a
			where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
			order by a.attnum
		)::text[] as columns
	from pg_class c
	where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname like 'support_%'
	order by 1`;

const who = ['signed out', 'customer', 'stranger', 'removed agent', 'agent', 'admin'] as const;
const people = {} as Record<(typeof who)[number], Caller>;
let customer: Person;
let chatId: string;

beforeAll(async () => {
	({ customer, chatId } = await createConversation());
	await send(await createAgent(), chatId, 'an answer');
	await sql`insert into public.support_email_preferences (user_id) values (${customer.id})`;
	Object.assign(people, {
		'signed out': signedOut,
		customer,
		stranger: await createCustomer(),
		'removed agent': await createRemovedAgent(),
		agent: await createAgent('agent'),
		admin: await createAgent('admin'),
	});
});

const cases = tables.flatMap((table) => who.map((role) => ({ ...table, role })));

/** Every row of the table, in one number. */
async function fingerprint(tx: Transaction, table: string): Promise<string> {
	const [row] = await tx<{ print: string }[]>`
		select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as print from public.${sql(table)} t`;
	return row!.print;
}

/** A row for each table of what a team sets up: only in here, because it would change what others see. */
async function configure(tx: Transaction): Promise<void> {
	await tx`insert into public.support_faults (source, message) values ('rights', 'test')`;
	await tx`insert into public.support_schedules (weekday, opens, closes) values (1, '09:00', '17:00')`;
	await tx`insert into public.support_assignment_rules (name, tier) values ('rights', 'senior')`;
	await tx`
		insert into public.support_email_templates (kind, locale, subject, body)
		values ('staff_waiting', 'en', 'Somebody waits', 'Look')`;
	await tx`
		insert into public.support_notification_attempts (notification_id, attempt, outcome)
		select id, 1, 'sent' from public.support_notifications where chat_id = ${chatId}`;
	await tx`
		insert into public.support_attachments (id, chat_id, message_id, uploader_id, name, mime_type, size_bytes, status)
		select gen_random_uuid(), chat_id, id, sender_id, 'rights.png', 'image/png', 1, 'ready'
		from public.support_messages where chat_id = ${chatId} and sender_type = 'user'`;
	await tx`
		with webhook as (
			insert into public.support_webhooks (url, events, secret_id)
			values ('https://hooks.example.com/rights', '{chat.created}', gen_random_uuid()) returning id
		), delivery as (
			insert into public.support_webhook_deliveries (webhook_id, event, payload)
			select id, 'chat.created', '{}' from webhook returning id
		)
		insert into public.support_webhook_attempts (delivery_id, attempt) select id, 1 from delivery`;
}

/** Runs a statement as someone: the SQLSTATE of the refusal (and nothing changed), or how many rows it reached. */
async function attempt(
	role: (typeof who)[number],
	table: string,
	statement: string,
): Promise<string | number | undefined> {
	return rolledBack(async (tx) => {
		await configure(tx);
		const before = await fingerprint(tx, table);
		await become(tx, people[role]);
		const done: { rows?: number } = {};
		const refused = await refusal(
			tx.savepoint(async (sp) => {
				done.rows = (await sp.unsafe(statement)).count;
			}),
		).catch(() => undefined);
		await becomeOwner(tx);
		const reached = refused?.code ?? done.rows;
		const changes = !statement.startsWith('select') && typeof reached === 'number' && reached > 0;
		if (!changes) expect(await fingerprint(tx, table)).toBe(before);
		return reached;
	});
}

describe('reading', () => {
	test.each(cases)('$name by $role', async ({ name, columns, role }) => {
		const { select, reads } = tableRights[name]!;
		const list = select.join(', ');
		const seen = await attempt(role, name, `select ${list} from public.${name}`);
		const expected = { ...reads, 'signed out': '42501', stranger: 0, 'removed agent': 0 }[role];
		if (expected === 'some') expect(seen).toBeGreaterThan(0);
		else expect(seen).toBe(expected);

		if (list === '*') return;
		for (const column of columns.filter((each) => !select.includes(each))) {
			const hidden = await attempt(role, name, `select ${column} from public.${name}`);
			expect([column, hidden]).toEqual([column, '42501']);
		}
	});
});

describe('inserting', () => {
	test.each(cases)('$name by $role is refused, unless admins may', async ({ name, role }) => {
		if (role === 'admin' && tableRights[name]!.insert) return;
		expect(await attempt(role, name, `insert into public.${name} default values`)).toBe('42501');
	});

	test.each(who)('working hours and rules by %s', async (role) => {
		const expected = role === 'admin' ? 1 : '42501';
		const hours = `insert into public.support_schedules (weekday, opens, closes) values (2, '09:00', '17:00')`;
		expect(await attempt(role, 'support_schedules', hours)).toBe(expected);
		const rule = `insert into public.support_assignment_rules (name, tier) values ('mine', 'senior')`;
		expect(await attempt(role, 'support_assignment_rules', rule)).toBe(expected);
	});

	test.each(who)('a message under a made-up sender by %s is refused', async (role) => {
		const statement = `
			insert into public.support_messages (id, chat_id, seq, content, sender_type, read_at, created_at)
			values (gen_random_uuid(), '${chatId}', 99, 'forged', 'admin', now(), '2000-01-01')`;
		expect(await attempt(role, 'support_messages', statement)).toBe('42501');
	});

	test.each(who)('oneself into the team by %s is refused', async (role) => {
		const statement = `
			insert into public.support_agents (user_id, display_name, role) values ('${customer.id}', 'Me', 'admin')
			on conflict (user_id) do update set role = 'admin'`;
		expect(await attempt(role, 'support_agents', statement)).toBe('42501');
	});
});

describe('changing', () => {
	test.each(cases)('any column of $name by $role', async ({ name, columns, role }) => {
		for (const column of columns) {
			const granted = tableRights[name]!.update.includes(column) && role !== 'signed out';
			const expected = granted ? Number(role === 'admin') : '42501';
			const reached = await attempt(role, name, `update public.${name} set ${column} = ${column}`);
			expect([column, reached]).toEqual([column, expected]);
		}
	});
});

describe('deleting', () => {
	test.each(cases)('$name by $role is refused, unless admins may', async ({ name, role }) => {
		const reached = await attempt(role, name, `delete from public.${name}`);
		if (!tableRights[name]!.delete || role === 'signed out') expect(reached).toBe('42501');
		else if (role !== 'admin') expect(reached).toBe(0);
		expect(await attempt(role, name, `truncate public.${name} cascade`)).toBe('42501');
	});
});
