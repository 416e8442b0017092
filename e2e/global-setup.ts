import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Starts the site for all journeys, unless the environment names one. The returned function stops it. */
export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
	if (process.env.SUPPORT_CHAT_SITE) return undefined;
	const root = fileURLToPath(new URL('..', import.meta.url));
	const child = spawn(process.execPath, ['--import', 'tsx', 'e2e/site/main.ts'], {
		cwd: root,
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const exited = once(child, 'exit');
	const lines = createInterface({ input: child.stdout });
	const line = await Promise.race([
		once(lines, 'line').then(([first]: unknown[]) => String(first)),
		exited.then(() => Promise.reject(new Error('The site did not start; see above.'))),
	]);
	process.env.SUPPORT_CHAT_SITE = line;
	return async () => {
		child.stdin.end();
		const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
		await exited;
		clearTimeout(timer);
	};
}
