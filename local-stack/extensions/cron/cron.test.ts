import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SUPERUSER } from '../../postgres/start-postgres';
import { startDatabase, type Database } from '../../stack/start-database';
import { startCron } from './index';
import { runJob } from './run-job';

type Row = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- rows are looked at, not trusted

let database: Database;
let superuser: postgres.Sql;
let sql: postgres.Sql;
let cron: Awaited<ReturnType<typeof startCron>> | undefined;

beforeAll(async () => {
	database = await startDatabase({ port: 0, dataDir: 'temporary', log: () => {} });
	superuser = postgres(database.urlFor(SUPERUSER), { max: 6, onnotice: () => {} });
	sql = postgres(database.urlFor('postgres'), { max: 4, onnotice: () => {} });
	await sql`create extension pg_cron with schema pg_catalog`;
	await sql`create table public.ticks (at timestamptz default clock_timestamp(), who text default current_user)`;
});
afterAll(async () => {
	await cron?.stop();
	await Promise.all([sql.end({ timeout: 1 }), superuser.end({ timeout: 1 })]);
	await database.stop();
});

async function run(command: string): Promise<Row> {
	const job = { jobid: '1', schedule: '', database: 'postgres', username: 'postgres', command };
	await runJob(superuser, job);
	return (await sql<Row[]>`select * from cron.job_run_details order by runid desc limit 1`)[0]!;
}

describe('a job', () => {
	it('runs as its user, not as a superuser, and its changes stay', async () => {
		const done = await run('insert into public.ticks default values; select who from public.ticks');
		expect(done).toMatchObject({
			status: 'succeeded',
			return_message: '1 row',
			username: 'postgres',
		});
		expect(done.job_pid).toBeGreaterThan(0);
		expect(done.end_time >= done.start_time).toBe(true);
		expect(await sql`select who from public.ticks`).toEqual([{ who: 'postgres' }]);
		expect(await run('update public.ticks set who = who')).toMatchObject({
			return_message: 'UPDATE 1',
		});
		expect(await run('create role evil superuser')).toMatchObject({ status: 'failed' });
	});

	it('that fails is recorded, and its changes are rolled back', async () => {
		await sql`delete from public.ticks`;
		const failed = await run('insert into public.ticks default values; select 1/0');
		expect(failed).toMatchObject({ status: 'failed', return_message: 'ERROR: division by zero' });
		expect(await sql`select from public.ticks`).toHaveLength(0);
		await run(`set statement_timeout = '1ms'; set role anon`);
		expect(await run('select pg_sleep(0.01)')).toMatchObject({ status: 'succeeded' });
	});
});

describe('cron.schedule', () => {
	it('keeps one job per name and user, and refuses an invalid schedule', async () => {
		const [first] = await sql`select cron.schedule('a', '5 4 * * *', 'select 1') as id`;
		const [again] = await sql`select cron.schedule('a', '30 seconds', 'select 2') as id`;
		expect(again).toEqual(first);
		expect(await sql`select schedule, command, username, active from cron.job`).toEqual([
			{ schedule: '30 seconds', command: 'select 2', username: 'postgres', active: true },
		]);
		for (const wrong of ['60 seconds', '* * * *', '61 * * * *', '5-1 * * * *', ''])
			await expect(sql`select cron.schedule('b', ${wrong}, 'select 1')`).rejects.toThrow(
				'invalid schedule',
			);
		await sql`select cron.alter_job(${first!.id}, active := false)`;
		expect(await sql`select active, command from cron.job`).toEqual([
			{ active: false, command: 'select 2' },
		]);
		await sql`select cron.unschedule('a')`;
		await expect(sql`select cron.unschedule('a')`).rejects.toThrow(
			'could not find valid entry for job',
		);
	});

	it('cannot be called by the roles of the API', async () => {
		const call = sql.begin(async (tx) => {
			await tx`set local role authenticated`;
			await tx`select cron.schedule('x', '* * * * *', 'select 1')`;
		});
		await expect(call).rejects.toThrow('permission denied for schema cron');
	});
});

describe('startCron', () => {
	it('runs due jobs, each one at a time, and cancels running ones when it stops', async () => {
		await sql`delete from public.ticks`;
		await sql`delete from cron.job_run_details`;
		await sql`select cron.schedule('tick', '1 second', 'insert into public.ticks default values')`;
		await sql`select cron.schedule('slow', '1 second', 'select pg_sleep(600)')`;
		await sql`select cron.schedule('never', '0 0 30 2 *', 'insert into public.ticks values (null)')`;
		cron = await startCron({ sql: superuser });
		const count = async (): Promise<number> => (await sql`select from public.ticks`).length;
		await expect.poll(count, { timeout: 15_000 }).toBeGreaterThanOrEqual(3);
		await cron.stop();
		cron = undefined;
		const slow = await sql`
			select status, return_message from cron.job_run_details where command like '%pg_sleep%'`;
		expect(slow).toEqual([
			{ status: 'failed', return_message: 'ERROR: canceling statement due to user request' },
		]);
		expect(await sql`select from public.ticks where at is null`).toHaveLength(0);
	});

	it('waits without errors until the database has the extension', async () => {
		await sql`drop extension pg_cron`;
		await sql`delete from public.ticks`;
		const lines: string[] = [];
		cron = await startCron({ sql: superuser, log: (line) => lines.push(line) });
		await sql`create extension pg_cron with schema pg_catalog`;
		await sql`select cron.schedule('tick', '1 second', 'insert into public.ticks default values')`;
		const count = async (): Promise<number> => (await sql`select from public.ticks`).length;
		await expect.poll(count, { timeout: 15_000 }).toBeGreaterThanOrEqual(1);
		expect(lines).toEqual([]);
	});
});
