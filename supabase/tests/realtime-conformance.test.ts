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

test('the local Realtime passes the conformance script that the real server passes', async () => {
	if (!existsSync(script)) {
		const missing = `${script} is not there, so the local Realtime was held to this project's own tests alone.`;
		if (process.env['CI']) throw new Error(missing);
		return console.info(missing);
	}
	const { apiUrl, databaseUrl, jwtSecret, publishableKey } = inject('stack');
	const output = await runScript([
		...['--ws', `${apiUrl.replace(/^http/, 'ws')}/realtime/v1/websocket`],
		...['--db', databaseUrl],
		...['--secret', jwtSecret],
		...['--apikey', publishableKey],
	]);
	const lines = output.trim().split('\n');
	expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([]);
	expect(lines.at(-1)).toBe(`${lines.length - 1} passed, 0 failed`);
	expect(lines.length).toBeGreaterThan(30);
}, 120_000);

/** The script's output, also when it failed: that tells more than its exit code. */
async function runScript(parameters: string[]): Promise<string> {
	try {
		const options = { cwd: projectRoot, timeout: 90_000 };
		return (await promisify(execFile)(process.execPath, [script, ...parameters], options)).stdout;
	} catch (error) {
		if (!(error instanceof Error) || !('stdout' in error) || typeof error.stdout !== 'string')
			throw error;
		return error.stdout;
	}
}
