import { readFile } from 'node:fs/promises';
import type { Database } from '../../local-stack/postgres/connect';
import { percentile } from '../statistics';

const CALLS = 9;

/**
 * Milliseconds of processor time that the connection's server process takes for one call (p50): the duration on
 * an idle machine. Undefined where the kernel does not report it (systems other than Linux).
 */
export async function processorTime(
	sql: Database,
	call: () => PromiseLike<unknown>,
): Promise<number | undefined> {
	const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
	const samples: number[] = [];
	for (let n = 0; n < CALLS; n++) {
		const before = await runTime(row?.pid);
		await call();
		const after = await runTime(row?.pid);
		if (before === undefined || after === undefined) return undefined;
		samples.push(after - before);
	}
	return percentile(samples, 0.5);
}

async function runTime(pid = 0): Promise<number | undefined> {
	const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '');
	const nanoseconds = /^\d+/.exec(text)?.[0];
	return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e6;
}
