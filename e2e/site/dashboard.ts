import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface Dashboard {
	url: string;
	hasExited(): boolean;
	stop(): Promise<void>;
}

/**
 * Starts the built dashboard as a deployment does: `node build`, configured by environment variables alone. It
 * runs from a copy, so that a concurrent build does not remove its files.
 */
export async function startDashboard(
	port: number,
	supabase: { apiUrl: string; publishableKey: string },
	environment: Record<string, string> = {},
): Promise<Dashboard> {
	const url = `http://127.0.0.1:${port}`;
	const copy = join('.svelte-kit', `e2e-${process.pid}-${port}`);
	await cp('build', copy, { recursive: true });
	const child = spawn(process.execPath, [copy], {
		stdio: ['ignore', 'ignore', 'inherit'],
		env: {
			...process.env,
			HOST: '127.0.0.1',
			PORT: String(port),
			ORIGIN: url,
			SUPABASE_URL: supabase.apiUrl,
			SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
			DEMO: 'true',
			...environment,
		},
	});
	const exited = once(child, 'exit');
	const orphaned = (): void => void child.kill('SIGKILL'); // After a crash nothing else would stop it.
	process.once('exit', orphaned);
	const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
	await untilAnswering(`${url}/login`, hasExited);
	return {
		url,
		hasExited,
		async stop() {
			child.kill('SIGTERM');
			const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
			await exited;
			clearTimeout(timer);
			process.off('exit', orphaned);
			await rm(copy, { recursive: true, force: true });
		},
	};
}

async function untilAnswering(url: string, hasExited: () => boolean): Promise<void> {
	const deadline = Date.now() + 30_000;
	while (Date.now() < deadline) {
		if (hasExited()) throw new Error('The dashboard ended while starting.');
		const answer = await fetch(url).catch(() => undefined);
		if (answer?.ok) return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`The dashboard does not answer at ${url}.`);
}
