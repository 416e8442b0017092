import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { paths } from '../paths';

const SCRIPT = fileURLToPath(new URL('./vite-child.ts', import.meta.url));

/** Starts the dashboard's server or the widget's watching build, and resolves when it is ready. */
export async function startVite(
	args: ['dashboard', port: string] | ['widget'],
	env: Record<string, string> = {},
): Promise<{ stop(): Promise<void> }> {
	const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...args], {
		cwd: paths.root,
		env: { ...process.env, ...env },
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
		detached: true, // Ctrl-C is ours to handle; without us it ends by itself.
	});
	const exited = once(child, 'exit');
	const failed = exited.then(() => {
		throw new Error(`The ${args[0]} could not be started; its reason is above.`);
	});
	try {
		await Promise.race([once(child, 'message'), failed]);
	} catch (error) {
		child.kill('SIGKILL');
		throw error;
	}
	failed.catch(() => undefined);
	return { stop: () => stopChild(child, exited) };
}

async function stopChild(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
	await exited;
	clearTimeout(timer);
}
