import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { closeServer, listen } from '../stack/listen';
import { paths } from '../stack/paths';

const DEV = fileURLToPath(new URL('../dev.ts', import.meta.url));

/** Runs `npm run dev` without npm until it ends by itself. */
async function runDev(args: string[]): Promise<{ code: number | null; words: string }> {
	return await new Promise((resolve) => {
		const child = execFile(
			process.execPath,
			['--import', 'tsx', DEV, ...args],
			{ cwd: paths.root, env: { PATH: process.env['PATH'] } },
			(_error, stdout, stderr) => resolve({ code: child.exitCode, words: stdout + stderr }),
		);
	});
}

it('ends with one sentence if the dashboard’s port is taken', async () => {
	const other = createServer();
	const port = await listen(other, 0, 'dashboard');
	onTestFinished(() => closeServer(other));
	const { code, words } = await runDev(['--dashboard-port', String(port)]);
	expect(code).toBe(1);
	// A developer's own stack may be using this clone's data; that is reported first.
	expect(words).toMatch(
		new RegExp(`^(Port ${port}, which the dashboard needs, is taken\\..*|.*already running.*)\\n$`),
	);
});
