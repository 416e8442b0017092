import { randomUUID } from 'node:crypto';
import type { Database, Row, Transaction } from '../../helpers/database';
import { createUser } from '../../../../local-stack/testing/people';
import { personFor, type Person } from '../../helpers/people';

/** As many as a team has after some years: enough that reading all of a table is never the cheap way. */
export const CHATS = 100_000;
export const AGENTS = 300;
const LONG = 2_000;

export interface Load {
	/** Whose chat is long; a third of it are answers, unread up to seq 90. */
	customer: Person;
	/** A customer with an open conversation that is active, and files. */
	busy: Person;
	agent: Person;
	admin: Person;
	chatId: string;
	/** A user who has no chat yet. */
	newcomer: Person;
	/** The conversation that waits in the long chat, and an ended one of it. */
	open: string;
	ended: string;
	/** The conversation that the agent has, and the customer's unsent and sent files in it. */
	active: string;
	activeChatId: string;
	readyId: string;
	unsentPath: string;
	sentPath: string;
	/** The inbox row after 10,000 others. */
	deep: Row;
	webhook: string;
	delivery: string;
}

/** Fills an empty project as the triggers would have left it, which do not run. */
export async function fill(superuser: Database): Promise<Load> {
	const load = (await superuser.begin(async (tx) => {
		await tx`set local session_replication_role = replica`;
		const [agent, admin] = await fillTeam(tx);
		await fillCustomers(tx);
		return { agent, admin, ...(await fillWebhooks(tx)), ...(await fillOwn(tx, agent!)) };
	})) as Omit<Load, 'deep'>;
	await superuser.unsafe(`vacuum analyze`);
	const [deep] = await superuser<Row[]>`
		select last_message_at::text, id from public.support_chats
		where archived_at is null and last_message_at is not null
		order by last_message_at desc, id desc offset 10000 limit 1`;
	return { ...load, deep: deep! };
}

async function fillTeam(tx: Transaction): Promise<Person[]> {
	const team = await tx<{ id: string; email: string }[]>`
		insert into auth.users (id, email, email_confirmed_at)
		select id, 'agent-' || id || '@example.com', now() from (select gen_random_uuid() as id from generate_series(1, ${AGENTS}::integer)) ids
		returning id, email`;
	await tx`
		insert into public.support_agents (user_id, display_name, role, last_seen_at)
		select id, 'Agent', (case when email = ${team[1]!.email} then 'admin' else 'agent' end)::public.support_agent_role, now()
		from auth.users`;
	await tx`
		update public.support_settings
		set auto_assign = true, agent_timeout = '1 hour', welcome_message = '{"en": "Hello"}', end_message = '{"en": "Bye"}', notify_new_conversation = true,
			notification_emails = '{team@example.com}', failover_minutes = 60, inactivity_minutes = 43200, delete_history = 'erase',
			agent_roles = '{support}'`;
	await tx`insert into public.support_faults (source, message) values ('load', 'load')`;
	await tx`
		insert into public.support_email_templates (kind, locale, subject, body)
		values ('staff_waiting', 'en', 'Somebody waits', 'Look')`;
	await tx`insert into public.support_assignment_rules (name, tier) values ('All', 'regular')`;
	await tx`insert into public.support_schedules (weekday, opens, closes) select d, '00:00', '00:01' from generate_series(1, 7) d`;
	// A hook of the team that fails, as one may.
	await tx.unsafe(`create function support_hooks.message_created(data jsonb) returns void language plpgsql
		as $$ begin raise exception 'not today'; end $$`);
	return team.slice(0, 2).map(({ id, email }) => personFor(id, email));
}

/** One customer in 100 waits, one in 100 is being answered, the others' conversations ended. */
async function fillCustomers(tx: Transaction): Promise<void> {
	await tx`
		with people as (
			insert into auth.users (id, email, raw_user_meta_data)
			select id, 'load-' || id || '@example.com', '{"name": "Load"}'
			from (select gen_random_uuid() as id from generate_series(1, ${CHATS}::integer)) ids
			returning id
		), numbered as (
			select id as user_id, gen_random_uuid() as chat_id, row_number() over () as n from people
		)
		insert into public.support_chats
			(id, user_id, last_seq, message_count, last_message_at, last_user_message_at, admin_viewed_at, archived_at, last_message_preview,
			conversation_id, conversation_status, waiting_since)
		select
			chat_id, user_id, 3, 3, at, at, case when n % 50 = 0 then null else at end, case when n % 3 = 0 then at end, 'load', gen_random_uuid(),
			(case when n % 100 = 1 then 'waiting' when n % 100 = 2 then 'active' else 'ended' end)::public.support_conversation_status,
			case when n % 100 = 1 then at end
		from (select *, now() - n * interval '15 seconds' as at from numbered) timed`;
	await tx`
		update public.support_chats c set agent_id = a.user_id
		from (select user_id, row_number() over () - 1 as n from public.support_agents) a
		where c.conversation_status = 'active' and abs(hashtext(c.id::text)) % ${AGENTS}::integer = a.n`;
	await tx`
		insert into public.support_conversations
			(id, chat_id, status, agent_id, started_at, queued_at, accepted_at, last_message_at, ended_at, ended_by)
		select
			conversation_id, id, conversation_status, agent_id, last_message_at, last_message_at, last_message_at, last_message_at,
			case when conversation_status = 'ended' then last_message_at end,
			case when conversation_status = 'ended' then 'staff' end::public.support_conversation_end
		from public.support_chats`;
	await tx`
		insert into public.support_messages (id, chat_id, conversation_id, seq, content, sender_type, sender_id, read_at, created_at)
		select
			gen_random_uuid(), id, conversation_id, n, 'hello ' || n,
			(case when n = 2 then 'admin' else 'user' end)::public.support_sender_type,
			case when n <> 2 then user_id end, case when n = 2 then last_message_at end, last_message_at
		from public.support_chats, generate_series(1, 3) n`;
	await tx`
		insert into public.support_notifications (chat_id, status, first_seq, last_seq, due_at, recipient, sent_at, created_at, updated_at)
		select id, 'sent', 2, 2, last_message_at, 'x@example.com', last_message_at, last_message_at, last_message_at
		from public.support_chats`;
	await tx`
		insert into public.support_notification_attempts (notification_id, attempt, outcome)
		select id, 1, 'sent' from public.support_notifications`;
	await tx`
		insert into public.support_email_preferences (user_id) select user_id from public.support_chats`;
	await tx`
		insert into public.support_attachments
			(id, chat_id, message_id, uploader_id, name, mime_type, size_bytes, status, checked_version, created_at)
		select gen_random_uuid(), chat_id, id, sender_id, 'photo.png', 'image/png', 1000, 'ready', 'v', created_at
		from public.support_messages where seq = 1 and abs(hashtext(chat_id::text)) % 5 = 0`;
	await tx`
		insert into storage.objects (bucket_id, name, version, created_at)
		select 'support-attachments', path, checked_version, created_at from public.support_attachments`;
	await tx`
		insert into support_private.usage_counters (subject, action, slot_started_at, amounts)
		select user_id::text, 'load', now(), '{1}' from public.support_chats`;
	await tx`
		insert into support_private.file_removals (path, due_at)
		select 'removed/' || n, now() + interval '1 hour' from generate_series(1, 20000) n`;
}

async function fillWebhooks(tx: Transaction): Promise<Pick<Load, 'webhook' | 'delivery'>> {
	const [secret] = await tx<
		{ id: string }[]
	>`select vault.create_secret('whsec_bG9hZA==', 'load') as id`;
	const [webhook] = await tx<{ id: string }[]>`
		insert into public.support_webhooks (url, events, secret_id)
		values ('https://hooks.example.com/', support_private.webhook_events(), ${secret!.id}) returning id`;
	await tx`
		insert into public.support_webhook_deliveries (webhook_id, chat_id, event, payload, status, created_at, updated_at)
		select ${webhook!.id}, id, 'message.created', '{"type": "message.created", "data": {}}', 'delivered', last_message_at, last_message_at
		from public.support_chats where last_message_at > now() - interval '1 day'`;
	await tx`
		insert into public.support_webhook_attempts (delivery_id, attempt)
		select id, 1 from public.support_webhook_deliveries`;
	const [delivery] = await tx<{ id: string }[]>`
		select id from public.support_webhook_deliveries order by created_at limit 1`;
	return { webhook: webhook!.id, delivery: delivery!.id };
}

/** The chats that are looked at: a long one with a conversation that waits, and one with an agent and files. */
async function fillOwn(
	tx: Transaction,
	agent: Person,
): Promise<Omit<Load, 'agent' | 'admin' | 'deep' | 'webhook' | 'delivery'>> {
	const ids = { open: randomUUID(), ended: randomUUID(), chatId: randomUUID() };
	const customer = await createUser(tx, 'long');
	await tx`
		insert into public.support_chats
			(id, user_id, last_seq, message_count, last_message_at, last_user_message_at, conversation_id, conversation_status, waiting_since)
		values (${ids.chatId}, ${customer.id}, ${LONG}, ${LONG}, now(), now(), ${ids.open}, 'waiting', now())`;
	await tx`
		insert into public.support_conversations (id, chat_id, status, ended_at, ended_by)
		values (${ids.open}, ${ids.chatId}, 'waiting', null, null), (${ids.ended}, ${ids.chatId}, 'ended', now(), 'staff')`;
	await tx`
		insert into public.support_messages (id, chat_id, conversation_id, seq, content, sender_type, read_at, created_at)
		select
			gen_random_uuid(), ${ids.chatId}, case when n < 20 then ${ids.ended}::uuid else ${ids.open}::uuid end, n, 'long ' || n,
			(case when n % 3 = 0 then 'admin' else 'user' end)::public.support_sender_type,
			case when n % 3 = 0 and n > 90 then now() end, now() - (${LONG}::integer - n) * interval '1 hour'
		from generate_series(1, ${LONG}::integer) n`;
	const newcomer = await createUser(tx, 'new');
	return { customer, newcomer, ...ids, ...(await fillBusy(tx, agent)) };
}

async function fillBusy(
	tx: Transaction,
	agent: Person,
): Promise<Pick<Load, 'busy' | 'active' | 'activeChatId' | 'readyId' | 'unsentPath' | 'sentPath'>> {
	const [chat] = await tx<
		{ id: string; user_id: string; email: string; conversation_id: string }[]
	>`
		with given as (
			update public.support_chats set agent_id = ${agent.id}
			where id = (
				select f.chat_id from public.support_attachments f join public.support_chats c on c.id = f.chat_id
				where c.conversation_status = 'active' and c.archived_at is null limit 1
			)
			returning id, user_id, conversation_id
		), told as (
			update public.support_conversations set agent_id = ${agent.id} where id in (select conversation_id from given)
		)
		select g.*, u.email from given g join auth.users u on u.id = g.user_id`;
	const { id, user_id, email, conversation_id } = chat!;
	const [unsent] = await tx<{ path: string }[]>`
		insert into public.support_attachments (id, chat_id, uploader_id, name, mime_type, size_bytes)
		values (gen_random_uuid(), ${id}, ${user_id}, 'photo.png', 'image/png', 1000) returning path`;
	const [ready] = await tx<{ id: string; path: string }[]>`
		insert into public.support_attachments
			(id, chat_id, uploader_id, name, mime_type, size_bytes, status, checked_version)
		values (gen_random_uuid(), ${id}, ${user_id}, 'photo.png', 'image/png', 1000, 'ready', 'v') returning id, path`;
	await tx`
		insert into storage.objects (bucket_id, name, version) values ('support-attachments', ${ready!.path}, 'v')`;
	// As many as one may keep unsent: the next takes the place of the oldest.
	await tx`
		insert into public.support_attachments (id, chat_id, uploader_id, name, mime_type, size_bytes, created_at)
		select gen_random_uuid(), ${id}, ${user_id}, 'old.png', 'image/png', 1000, now() - interval '2 hours' from generate_series(1, 20)`;
	const [sent] = await tx<{ path: string }[]>`
		select path from public.support_attachments where chat_id = ${id} and message_id is not null`;
	return {
		busy: personFor(user_id, email),
		active: conversation_id,
		activeChatId: id,
		readyId: ready!.id,
		unsentPath: unsent!.path,
		sentPath: sent!.path,
	};
}
