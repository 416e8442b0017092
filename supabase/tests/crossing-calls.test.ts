import { afterAll, beforeAll, expect, test } from 'vitest';
import { crossingCalls } from './attack/crossing-calls';
import { sql } from './helpers/database';
import { startOwnDatabase, type OwnDatabase } from './helpers/own-database';

let database: OwnDatabase;

beforeAll(async () => {
	database = await startOwnDatabase();
	await database.owner`
		update public.support_settings
		set auto_assign = true, max_active_conversations = 3, delete_history = 'erase', failover_minutes = 1, email_delay = '0',
			messages_per_minute = 1000, notify_new_conversation = true, notification_emails = '{team@example.com}',
			welcome_message = '{"en": "Hello"}', end_message = '{"en": "Bye"}'`;
	await database.owner`update support_private.limits set amount = 1000000`;
	await database.owner`
		insert into public.support_webhooks (url, events, secret_id)
		values ('https://hooks.example.com/', support_private.webhook_events(), vault.create_secret('whsec_Y3Jvc3M=', 'cross'))`;
});
afterAll(() => database.stop());

async function countDeadlocks(): Promise<number> {
	await database.owner`select pg_stat_force_next_flush()`;
	const [row] = await database.owner<{ deadlocks: number }[]>`
		select deadlocks from pg_stat_database where datname = current_database()`;
	return row!.deadlocks;
}

test('calls that cross each other and the deletion of users and agents never deadlock', async () => {
	const result = await crossingCalls({
		...{ sql: database.owner, seed: 20, calls: 60, workers: 12, deletesOneIn: 12 },
	});
	expect(result.deadlocks).toBe(0);
	expect(result.errors).toEqual([]);
	expect(result.calls).toBe(720);
	expect(await countDeadlocks()).toBe(0);
}, 180_000);

test('every table that goes with users takes its turn with deletions', async () => {
	const tables = await sql<{ name: string; begins: boolean }[]>`
		with recursive below (id) as (
			select 'auth.users'::regclass::oid
			union
			select k.conrelid from below b join pg_constraint k on k.contype = 'f' and k.confrelid = b.id
			where k.conrelid::regclass::text ~ '^(public\.)?support_'
		)
		select id::regclass::text as name, exists (
			select from pg_trigger t where t.tgrelid = id and t.tgname in ('support_begin_work', 'support_begin_deletion')
		) as begins
		from below`;
	expect(tables.length).toBeGreaterThan(8);
	expect(tables.filter(({ begins }) => !begins).map(({ name }) => name)).toEqual([]);
});
