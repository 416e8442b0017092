import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Transaction } from '../helpers/database';
import { tableRights, userFunctions } from '../helpers/expected-rights';
import { startTestDatabase, type TestDatabase } from '../../../local-stack/testing/stack';
import { SUPERUSER } from '../../../local-stack/postgres/start-postgres';
import { calls, limitOf } from './plans/calls';
import { called, policies, reached } from './plans/catalogue';
import { AGENTS, CHATS, fill, type Load } from './plans/load';
import { measure, type Who } from './plans/measure';

let database: TestDatabase;
let owner: Database;
let superuser: Database;
let load: Load;

beforeAll(async () => {
	database = await startTestDatabase();
	[owner, superuser] = [database.connect(16), database.connect(16, SUPERUSER)];
	await superuser`alter system set track_functions = 'all'`;
	await superuser`select pg_reload_conf()`;
	load = await fill(superuser);
}, 300_000);
afterAll(() => database.stop());

/** Blocks of 8 kB that a job may touch which finds nothing to do. */
const JOB_BLOCKS = 600;

/**
 * Tables that only admins read, and that a purge limits to some weeks: other readers get no row, but each is
 * evaluated. A range of ids, as for chats, would make the admins' pages choose its index instead of the one for
 * their order.
 */
const ADMINS_LOGS = [
	'support_notification_attempts',
	'support_notifications',
	'support_webhook_attempts',
	'support_webhook_deliveries',
];

/** Functions that no measured call comes to, and why. */
const ELSEWHERE: Record<string, string> = {
	'support_private.check_time_zone': 'an admin saves the settings',
	'support_private.fail': 'refuses',
	'support_private.forget_changed_message': 'the owner rewrites a message in SQL',
	'support_private.forget_chat_broadcasts': 'a user is deleted',
	'support_private.forget_history_broadcasts': 'an admin saves the settings',
	'support_private.forget_webhook_secrets': 'an admin deletes a webhook',
	'support_private.has_agent_role':
		'an admin changes the roles of agents, which looks at every user',
	'support_private.name_of_user': 'as has_agent_role',
	'support_private.remove_role_agents': 'as has_agent_role',
	'support_private.report_failed_email': 'a mail fails for good',
	'support_private.resume_emails': 'a mail was put off because its chat was archived',
	'support_private.short_time': 'refuses',
	'support_private.sync_after_settings': 'as has_agent_role',
	'support_private.sync_agent_roles': 'as has_agent_role',
	'support_private.sync_bucket': 'an admin saves the settings',
};

class TakenBack extends Error {}

/** A transaction that is taken back. */
async function within(sql: Database, work: (tx: Transaction) => Promise<void>): Promise<void> {
	const done = sql.begin(async (tx) => {
		await work(tx);
		await tx`select pg_stat_force_next_flush()`; // The calls of functions are counted, whatever is taken back.
		throw new TakenBack();
	});
	await done.catch((error: unknown) => {
		if (!(error instanceof TakenBack)) throw error;
	});
}

test('every function that signed-in users call is measured here', () => {
	expect(Object.keys(calls).sort()).toEqual(userFunctions);
});

describe(`with ${CHATS} chats and ${AGENTS} agents`, () => {
	test.each(Object.keys(calls))('%s reads no whole table, and touches few blocks', async (name) => {
		await within(owner, async (tx) => {
			const found: string[] = [];
			for (const call of calls[name]!) {
				const statement = (): string => `select * from public.${name}(${call.args(load)})`;
				found.push(...(await tooMuch(tx, load[call.as], statement, limitOf(call))));
			}
			expect(found).toEqual([]);
		});
	});

	test('no job that runs every minute reads a whole table when there is nothing to do', async () => {
		const jobs = await allJobs();
		expect(jobs.length).toBeGreaterThan(5);
		await within(owner, async (tx) => {
			await tx`update public.support_agents set available = false`;
			const found: string[] = [];
			for (const { command, schedule } of jobs) {
				const fault = await tooMuch(tx, 'owner', () => command, JOB_BLOCKS);
				// Once an hour or a night, a job may look at everything.
				if (!/^\d+ \S+ \* \* \*$/.test(schedule)) found.push(...fault);
			}
			expect(found).toEqual([]);
		});
	});

	test('no policy reads a whole table to judge one row', async () => {
		await within(superuser, async (tx) => {
			const found: string[] = [];
			const topic = `support_chat:${load.activeChatId}`;
			await tx`insert into realtime.messages (topic, extension) values (${topic}, 'broadcast')`;
			await tx`select set_config('realtime.topic', ${topic}, true)`;
			for (const { table, name, expression } of await policies(superuser)) {
				const [row] = await tx.unsafe(
					`select tableoid::regclass as part, ctid from ${table} limit 1`,
				);
				expect(row, `${table} has a row`).toBeDefined();
				for (const caller of [load.busy, load.agent, load.admin]) {
					const judge = `select (${expression}) from ${row!.part} as ${table.split('.')[1]} where ctid = '${row!.ctid}'`;
					// As the superuser, who sees the row whatever the policy says.
					const asked = await tooMuch(tx, { ...caller, role: 'none' }, () => judge, 40);
					found.push(...asked.map((fault) => `"${name}": ${fault}`));
				}
			}
			expect(found).toEqual([]);
		});
	});

	test.each(Object.entries(tableRights).filter(([, { select }]) => select.length > 0))(
		'who selects from %s with no filter reads their own rows only, and one row is found by its key',
		async (table, { select, reads }) => {
			const columns = select.join();
			await within(owner, async (tx) => {
				const [key] = await tx<{ columns: string[] }[]>`
					select array(select a.attname from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any (i.indkey))::text[] as columns
					from pg_index i where i.indrelid = ${`public.${table}`}::regclass and i.indisprimary`;
				const [row] = await tx.unsafe(
					`select * from public.${table} order by ${key!.columns.join()} desc limit 1`,
				);
				const where = key!.columns.map((column) => `${column} = '${row![column]}'`).join(' and ');
				const found = ADMINS_LOGS.includes(table)
					? []
					: await tooMuch(tx, load.busy, () => `select ${columns} from public.${table}`, 100);
				for (const who of ['agent', 'admin'] as const)
					if (reads[who] !== 0)
						found.push(
							...(await tooMuch(
								tx,
								load[who],
								() => `select ${columns} from public.${table} where ${where}`,
								80,
							)),
						);
				expect(found).toEqual([]);
			});
		},
	);

	test('a file is uploaded and read by looking at its own row', async () => {
		const object = `storage.objects where bucket_id = 'support-attachments' and name =`;
		const insert = `insert into storage.objects (bucket_id, name, version) values ('support-attachments',`;
		await within(superuser, async (tx) => {
			const upload = (): string => `${insert} '${load.unsentPath}', 'v')`;
			const read = (): string => `select from ${object} '${load.sentPath}'`;
			const during = (operation: string) =>
				tx`select set_config('storage.operation', ${operation}, true)`;
			await during('storage.object.upload');
			const uploading = await tooMuch(tx, load.busy, upload, 150);
			await during('storage.object.get_authenticated');
			expect([
				...uploading,
				...(await tooMuch(tx, load.busy, read, 200)),
				...(await tooMuch(tx, load.agent, read, 200)),
			]).toEqual([]);
		});
	});
});

test('every function that a policy, a job or a call of the API reaches was called above', async () => {
	const sql = superuser;
	const jobs = await allJobs();
	const statements = [
		...userFunctions.map((name) => `public.${name}(`),
		...jobs.map(({ command }) => command),
		...(await policies(sql)).map(({ expression }) => expression),
	];
	const seen = await called(sql);
	const missing = [...(await reached(sql, statements))].filter((name) => !seen.has(name));
	expect(missing.filter((name) => !(name in ELSEWHERE)).sort()).toEqual([]);
});

function allJobs(): Promise<{ command: string; schedule: string }[]> {
	return owner<{ command: string; schedule: string }[]>`
		select command, schedule from cron.job where jobname like 'support-%' order by jobname`.then(
		(rows) => [...rows],
	);
}

/** The problems with the blocks that a call touches. */
async function tooMuch(
	tx: Transaction,
	who: Who,
	statement: () => string,
	limit: number,
): Promise<string[]> {
	const { blocks, scanned } = await measure(tx, who, statement);
	const found = scanned.length > 0 ? [`reads all of ${scanned.join()}`] : [];
	if (blocks > limit) found.push(`touches ${blocks} blocks, more than ${limit}`);
	return found.map(
		(fault) => `${statement()} as ${who === 'owner' ? who : String(who.claims.email)} ${fault}`,
	);
}
