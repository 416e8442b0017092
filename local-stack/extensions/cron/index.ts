import type postgres from 'postgres';
import { runJob, type Job } from './run-job';
import { parseSchedule } from './schedule';

const TICK_MS = 1000;

/**
 * Runs the active jobs of cron.job on time, as pg_cron's background worker does: each as its own user, and one run of a
 * job at a time. Ticks during a run cause one further run; ticks while this was not running are lost. `sql` must be a
 * superuser's connection, because only a superuser can become the job's user.
 */
export async function startCron({
	sql,
	log = () => {},
}: {
	sql: postgres.Sql;
	log?: (line: string) => void;
}): Promise<{ stop(): Promise<void> }> {
	const startedAt = Date.now();
	const lastStart = new Map<string, number>();
	const running = new Map<string, { done: Promise<void>; pid?: number }>();
	const queued = new Set<string>();
	let lastMinute = Math.floor(startedAt / 60_000);
	let stopped = false;

	function start(job: Job): void {
		if (running.has(job.jobid)) {
			queued.add(job.jobid);
			return;
		}
		lastStart.set(job.jobid, Date.now());
		const run: { done: Promise<void>; pid?: number } = { done: Promise.resolve() };
		run.done = runJob(sql, job, (pid) => (run.pid = pid))
			.catch((error: unknown) => log(`cron: job ${job.jobid} could not run: ${String(error)}`))
			.finally(() => {
				running.delete(job.jobid);
				if (queued.delete(job.jobid) && !stopped) start(job);
			});
		running.set(job.jobid, run);
	}

	function isDue(job: Job, now: number, newMinute: boolean): boolean {
		const schedule = parseSchedule(job.schedule);
		if (!schedule) return false;
		if (schedule.kind === 'cron')
			return newMinute && schedule.matches(new Date(Math.floor(now / 60_000) * 60_000));
		const since = lastStart.get(job.jobid) ?? startedAt;
		return now - since >= schedule.seconds * 1000 - TICK_MS / 2;
	}

	async function tick(): Promise<void> {
		const jobs = await activeJobs(sql);
		const now = Date.now();
		const minute = Math.floor(now / 60_000);
		for (const job of jobs) if (isDue(job, now, minute !== lastMinute)) start(job);
		lastMinute = minute;
	}

	let ticking: Promise<void> = Promise.resolve();
	const timer = setInterval(() => {
		ticking = ticking
			.then(() => (stopped ? undefined : tick()))
			.catch((error: unknown) => log(`cron: ${String(error)}`));
	}, TICK_MS);

	return {
		async stop() {
			stopped = true;
			clearInterval(timer);
			await ticking;
			for (const { pid } of running.values())
				if (pid !== undefined) await sql`select pg_cancel_backend(${pid})`.catch(() => {});
			await Promise.all([...running.values()].map((run) => run.done));
		},
	};
}

/** There are none before `create extension pg_cron`. */
async function activeJobs(sql: postgres.Sql): Promise<Job[]> {
	const [found] = await sql`select to_regclass('cron.job') is not null as exists`;
	if (!found?.exists) return [];
	return sql<Job[]>`
		select jobid, schedule, command, database, username from cron.job
		where active and database = current_database()
		order by jobid`;
}
