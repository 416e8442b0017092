import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

/** Kept beside the project, because the real server is held to the same script. */
const script = fileURLToPath(
	new URL('../../../shared/realtime-conformance/run.mjs', import.meta.url),
);
const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

test('the local Realtime passes the conformance script that the real server passes', async (context) => {
	if (!existsSync(script)) {
		const missing = `The conformance script is not there (${script}); only this project's own Realtime tests were run.`;
		if (process.env['CI']) throw new Error(missing);
		return context.skip(missing);
	}
	const { apiUrl, databaseUrl, jwtSecret, publishableKey } = inject('stack');
	const { stdout } = await promisify(execFile)(
		process.execPath,
		[
			script,
			...['--ws', `${apiUrl.replace(/^http/, 'ws')}/realtime/v1/websocket`],
			...['--db', databaseUrl],
			...['--secret', jwtSecret],
			...['--apikey', publishableKey],
		],
		{ cwd: projectRoot, timeout: 100_000 },
	).catch((error: unknown) => ({ stdout: readOutput(error) }));
	expect(stdout.split('\n').filter((line) => line.startsWith('FAIL'))).toEqual([]);
	expect(stdout).toMatch(/^34 passed, 0 failed$/m);
}, 120_000);

/** What the script had said before it failed, which tells more than its exit code. */
function readOutput(error: unknown): string {
	if (!(error instanceof Error) || !('stdout' in error) || typeof error.stdout !== 'string')
		throw error;
	return error.stdout;
}
