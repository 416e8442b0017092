import { personFor, type Person } from '../../local-stack/testing/acting-as';
import type { Database } from '../../local-stack/postgres/connect';

export interface Customer {
	person: Person;
	chatId: string;
}

/** A team of so many agents, all online and available. */
export async function makeTeam(sql: Database, agents: number): Promise<void> {
	await sql`update public.support_settings set agent_timeout = '1 hour'`;
	await sql`
		insert into auth.users (id, email)
		select gen_random_uuid(), 'agent-' || n || '@example.com' from generate_series(1, ${agents}::integer) n`;
	await sql`
		insert into public.support_agents (user_id, role, display_name, last_seen_at)
		select id, 'agent', split_part(email, '@', 1), now() from auth.users`;
}

/** Customers with an empty chat. */
export async function makeCustomers(sql: Database, count: number): Promise<Customer[]> {
	const rows = await sql<{ userId: string; chatId: string }[]>`
		with people as (
			insert into auth.users (id, email)
			select id, 'customer-' || id || '@example.com'
			from (select gen_random_uuid() as id from generate_series(1, ${count}::integer)) ids
			returning id
		)
		insert into public.support_chats (user_id) select id from people
		returning user_id as "userId", id as "chatId"`;
	return rows.map(({ userId, chatId }) => ({ person: personFor(userId, ''), chatId }));
}

export async function setAssignment(sql: Database, on: boolean, limit: number): Promise<void> {
	await sql`update public.support_settings set auto_assign = ${on}, max_active_conversations = ${limit}::integer`;
	await sql`update public.support_agents set last_seen_at = now()`;
}

/** Empties all chats, so that each round begins with an idle team. */
export async function clear(sql: Database): Promise<void> {
	await sql`delete from public.support_chats`;
	await sql`delete from auth.users u where not exists (select from public.support_agents a where a.user_id = u.id)`;
	await sql`delete from realtime.messages`;
	await sql`vacuum (analyze) public.support_chats, public.support_conversations, public.support_messages`;
}

export interface Outcome {
	active: number;
	waiting: number;
	/** Active conversations that were not assigned exactly once. */
	givenTwice: number;
	/** The most conversations of one agent. */
	most: number;
}

export async function readOutcome(sql: Database): Promise<Outcome> {
	const [row] = await sql<Outcome[]>`
		with given as (
			select v.id, count(m.id) as times
			from public.support_conversations v
			left join realtime.messages m
				on m.topic = 'support_chat:' || v.chat_id and m.event = 'conversation_updated'
				and m.payload -> 'conversation' ->> 'status' = 'active'
			where v.status = 'active'
			group by v.id
		)
		select
			(select count(*) from public.support_conversations where status = 'active' and agent_id is not null) as active,
			(select count(*) from public.support_conversations where status = 'waiting' and agent_id is null) as waiting,
			(select count(*) from given where times <> 1) as "givenTwice",
			(
				select coalesce(max(held.n), 0)
				from (
					select count(*) as n from public.support_conversations where status = 'active' group by agent_id
				) held
			) as most`;
	if (!row) throw new Error('The outcome has no row.');
	return row;
}
