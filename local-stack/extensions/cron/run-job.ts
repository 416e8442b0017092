import type postgres from 'postgres';

/** The columns of cron.job that are needed to run a job. */
export interface Job {
	jobid: string;
	schedule: string;
	command: string;
	database: string;
	username: string;
}

/**
 * Runs a job's command once, as the job's user and in one implicit transaction, and records it in cron.job_run_details.
 * That row has the errors of the command; the function throws only if the database is unreachable. `onStart` receives
 * the backend's process id, for pg_cancel_backend.
 */
export async function runJob(
	sql: postgres.Sql,
	job: Job,
	onStart: (pid: number) => void = () => {},
): Promise<void> {
	const connection = await sql.reserve();
	try {
		const [run] = await connection<{ runid: string; pid: number }[]>`
			insert into cron.job_run_details (jobid, job_pid, database, username, command, status, start_time)
			values (
				${job.jobid}, pg_backend_pid(), ${job.database}, ${job.username}, ${job.command}, 'running', clock_timestamp()
			)
			returning runid, job_pid as pid`;
		if (!run) throw new Error('cron.job_run_details accepted no row');
		onStart(run.pid);
		const outcome = await execute(connection, job);
		await connection`
			update cron.job_run_details
			set status = ${outcome.status}, return_message = ${outcome.message}, end_time = clock_timestamp()
			where runid = ${run.runid}`;
	} finally {
		connection.release();
	}
}

async function execute(
	connection: postgres.ReservedSql,
	job: Job,
): Promise<{ status: 'succeeded' | 'failed'; message: string }> {
	try {
		await connection.unsafe(`set session authorization "${job.username.replaceAll('"', '""')}"`);
		const results = await connection.unsafe(job.command).simple();
		return { status: 'succeeded', message: describe(results) };
	} catch (error) {
		return {
			status: 'failed',
			message: `ERROR: ${error instanceof Error ? error.message : String(error)}`,
		};
	} finally {
		await connection.unsafe('reset session authorization; reset all').simple();
	}
}

/** pg_cron's texts: the number of rows of a select, or else the command tag. */
function describe(results: unknown): string {
	// One statement returns its result, several statements return a list of results.
	const last: unknown =
		Array.isArray(results) && !('command' in results) ? results.at(-1) : results;
	if (typeof last !== 'object' || last === null || !('command' in last) || !('count' in last))
		return '';
	const command = typeof last.command === 'string' ? last.command : '';
	if (typeof last.count !== 'number') return command;
	if (command === 'SELECT') return `${last.count} ${last.count === 1 ? 'row' : 'rows'}`;
	return `${command} ${last.count}`;
}
