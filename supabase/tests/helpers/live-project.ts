import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startTestStack, stopJobs, type LocalStack } from '../../../local-stack/testing/stack';
import { become, one, rpcIn, type Caller, type Database, type Row } from './database';
import { personFor, type Person } from './people';

/**
 * An isolated stack, for tests that depend on its settings and on who is online. Its cron is off: tests run
 * jobs by hand.
 */
export interface LiveProject {
	sql: Database;
	rpc(caller: Caller, name: string, args?: Row): Promise<Row[]>;
	customer(appMetadata?: Row, userMetadata?: Row): Promise<Person>;
	/** An agent; online and available by default. */
	agent(columns?: Row): Promise<Person>;
	/** A customer writes for the first time: the conversation, as it stands afterwards. */
	ask(customer?: Person): Promise<Row & { customer: Person }>;
	stored(id: string): Promise<Row>;
	settings(values: Row): Promise<void>;
}

const DEFAULTS = {
	auto_assign: false,
	max_active_conversations: null,
	failover_minutes: null,
	inactivity_minutes: null,
	time_zone: 'UTC',
};

/**
 * Starts the stack before the file's tests and stops it after them; before each it has neither chats nor
 * agents.
 */
export function useLiveProject(): LiveProject {
	const started: { stack?: LocalStack } = {};
	const project = {} as LiveProject;
	beforeAll(async () => {
		started.stack = await startTestStack();
		await stopJobs(started.stack.sql);
		Object.assign(project, projectOn(started.stack.sql));
	});
	beforeEach(async () => {
		const { sql } = project;
		await sql`update public.support_settings set ${sql(DEFAULTS)}`;
		await sql`delete from public.support_chats`;
		await sql`delete from public.support_agents`;
		await sql`delete from public.support_assignment_rules`;
		await sql`delete from public.support_schedules`;
		await sql`delete from public.support_faults`;
	});
	afterAll(() => started.stack?.stop());
	return project;
}

function projectOn(sql: Database): LiveProject {
	const rpc = (caller: Caller, name: string, args: Row = {}): Promise<Row[]> =>
		sql.begin<Row[]>(async (tx) => {
			await become(tx, caller);
			return rpcIn(tx, name, args);
		});
	const customer = async (appMetadata: Row = {}, userMetadata: Row = {}): Promise<Person> => {
		const id = randomUUID();
		const email = `person-${id}@example.com`;
		await sql`
			insert into auth.users (id, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
			values (${id}, ${email}, now(), ${sql.json(appMetadata)}, ${sql.json(userMetadata)})`;
		return personFor(id, email);
	};
	const stored = async (id: string): Promise<Row> => {
		const rows = await sql<Row[]>`select * from public.support_conversations where id = ${id}`;
		return rows[0]!;
	};
	return {
		sql,
		rpc,
		customer,
		stored,
		async agent(columns = {}) {
			const person = await customer();
			await sql`select public.support_add_agent(${person.email}, 'agent', 'Mika')`;
			const values = { last_seen_at: new Date(), ...columns };
			await sql`update public.support_agents set ${sql(values)} where user_id = ${person.id}`;
			return person;
		},
		async ask(person) {
			const asking = person ?? (await customer());
			const chat = await one(rpc(asking, 'get_or_create_support_chat'));
			const args = { p_id: randomUUID(), p_chat_id: chat.id, p_content: 'Hello' };
			const message = await one(rpc(asking, 'send_support_message', args));
			return { ...(await stored(message.conversation_id)), customer: asking };
		},
		async settings(values) {
			await sql`update public.support_settings set ${sql(values)}`;
		},
	};
}
