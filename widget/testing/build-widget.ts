import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

/** Builds the widget as it is published, into a directory of its own. */
export async function buildWidget(): Promise<{ dir: string; remove(): Promise<void> }> {
	const dir = await mkdtemp(join(tmpdir(), 'support-chat-widget-'));
	const vite = join(root, 'node_modules/vite/bin/vite.js');
	// In a process of its own: a test's NODE_ENV would make a development build of it.
	const env = { ...process.env, NODE_ENV: 'production', WIDGET_OUT_DIR: dir };
	await promisify(execFile)(
		process.execPath,
		[vite, 'build', '--config', 'widget/vite.config.ts'],
		{ cwd: root, env },
	);
	return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
