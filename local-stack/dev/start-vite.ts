import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Cleanup } from '../stack/cleanup';
import { paths } from '../stack/paths';

const SCRIPT = fileURLToPath(new URL('./vite-child.ts', import.meta.url));

/** Starts the dashboard's server or the widget's watching build. Resolves when it is ready. */
export async function startVite(
	args: ['dashboard', port: string] | ['widget'],
	cleanup: Cleanup,
	env: Record<string, string> = {},
): Promise<void> {
	const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...args], {
		cwd: paths.root,
		env: { ...process.env, ...env },
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
		detached: true, // This process handles Ctrl-C; the child ends when its parent does.
	});
	const exited = once(child, 'exit');
	cleanup.add(() => stopChild(child, exited)); // Handle the end at once, because another part may fail while this one starts.
	const failed = exited.then(() => {
		throw new Error(`The ${args[0]} could not be started. The output above has the reason.`);
	});
	await Promise.race([once(child, 'message'), failed]);
	failed.catch(() => undefined);
}

async function stopChild(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
	await exited;
	clearTimeout(timer);
}
