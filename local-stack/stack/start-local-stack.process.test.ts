import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { paths } from './paths';
import { findHome } from '../postgres/home';

const report = z.object({ apiUrl: z.string(), databaseUrl: z.string() });

/** Starts a stack in its own process, from the sources in `root`, and waits for its report. */
async function startElsewhere(root: string) {
	const child = spawn(
		process.execPath,
		['--import', 'tsx', 'local-stack/testing/start-and-report.ts'],
		{ cwd: root, stdio: ['pipe', 'pipe', 'inherit'] },
	);
	onTestFinished(() => void child.kill('SIGKILL'));
	for await (const line of createInterface({ input: child.stdout }))
		return { child, ...report.parse(JSON.parse(line)) };
	throw new Error('The stack did not start.');
}

async function answers(url: string): Promise<boolean> {
	const { hostname, port } = new URL(url);
	const socket = connect(Number(port), hostname);
	const open = await Promise.race([
		once(socket, 'connect').then(() => true),
		once(socket, 'error').then(() => false),
	]).catch(() => false);
	socket.destroy();
	return open;
}

async function dataOf(child: ChildProcess): Promise<string[]> {
	return (await readdir(await findHome())).filter((name) =>
		name.startsWith(`temporary-${child.pid}-`),
	);
}

it('ends with its process, even if that is killed', async () => {
	const { child, databaseUrl } = await startElsewhere(paths.root);
	expect(await answers(databaseUrl)).toBe(true);
	child.kill('SIGKILL');
	await expect.poll(() => answers(databaseUrl), { timeout: 20_000 }).toBe(false);
	await expect.poll(() => dataOf(child), { timeout: 20_000 }).toEqual([]);
});

const root = process.getuid?.() === 0;

it.runIf(root)('works for root in a clone that no other user can enter', async () => {
	const closed = await mkdtemp(join(tmpdir(), 'closed-clone-')); // Mode 700.
	onTestFinished(() => rm(closed, { recursive: true, force: true }));
	for (const folder of ['supabase', 'local-stack'])
		await cp(join(paths.root, folder), join(closed, folder), {
			recursive: true,
			filter: (path) => !path.endsWith('.temp'),
		});
	await cp(join(paths.root, 'package.json'), join(closed, 'package.json'));
	await symlink(join(paths.root, 'node_modules'), join(closed, 'node_modules'));

	const { child, apiUrl } = await startElsewhere(closed);
	expect((await fetch(`${apiUrl}/auth/v1/.well-known/jwks.json`)).status).toBe(200);
	const exited = once(child, 'exit');
	child.stdin.write('stop\n');
	expect((await exited)[0]).toBe(0);
});
