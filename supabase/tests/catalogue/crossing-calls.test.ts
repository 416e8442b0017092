import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../../attack/core/random';
import { crossingCalls, prepareCrossing } from './attack/crossing-calls';
import { sql, type Database } from '../helpers/database';
import {
	countDeadlocks,
	startTestDatabase,
	type TestDatabase,
} from '../../../local-stack/testing/stack';

let database: TestDatabase;
let crossing: Database;

beforeAll(async () => {
	database = await startTestDatabase();
	crossing = database.connect(16);
	await prepareCrossing(crossing);
});
afterAll(() => database.stop());

test('calls that cross each other and the deletion of users and agents never deadlock', async () => {
	const result = await crossingCalls({
		...{ sql: crossing, random: new Random('20'), calls: 60, workers: 12, deletesOneIn: 12 },
	});
	expect(result.deadlocks).toBe(0);
	expect(result.errors).toEqual([]);
	expect(result.calls).toBe(720);
	expect(await countDeadlocks(crossing)).toBe(0);
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
