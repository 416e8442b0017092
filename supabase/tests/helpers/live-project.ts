import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startTestStack, stopJobs, type LocalStack } from '../../../local-stack/testing/stack';
import {
	rpcAs,
	type Caller,
	type Database,
	type Row,
} from '../../../local-stack/testing/acting-as';
import {
	addAgent,
	createUser,
	openChat,
	sendMessage,
	type Person,
} from '../../../local-stack/testing/people';

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
	const customer = (appMetadata: Row = {}, userMetadata: Row = {}): Promise<Person> =>
		createUser(sql, 'person', {
			raw_app_meta_data: sql.json(appMetadata),
			raw_user_meta_data: sql.json(userMetadata),
		});
	const stored = async (id: string): Promise<Row> => {
		const rows = await sql<Row[]>`select * from public.support_conversations where id = ${id}`;
		return rows[0]!;
	};
	return {
		sql,
		customer,
		stored,
		rpc: (caller, name, args) => rpcAs(sql, caller, name, args),
		agent: async (columns) =>
			addAgent(sql, await customer(), 'agent', 'Mika', { last_seen_at: new Date(), ...columns }),
		async ask(person) {
			const asking = person ?? (await customer());
			const message = await sendMessage(sql, asking, await openChat(sql, asking), 'Hello');
			return { ...(await stored(message.conversation_id)), customer: asking };
		},
		async settings(values) {
			await sql`update public.support_settings set ${sql(values)}`;
		},
	};
}
