import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const SOURCES = [
	'src',
	'widget',
	'static/favicon.svg',
	'scripts',
	'supabase/functions/_shared',
	'package.json',
	'svelte.config.js',
	'vite.config.ts',
];
const BUILT = ['build/index.js', 'static/widget.js'];

/** Builds widget and dashboard, unless the build is newer than every source. */
export async function ensureBuild(): Promise<void> {
	if (await isFresh()) return;
	await npm('build');
}

async function isFresh(): Promise<boolean> {
	if (!BUILT.every((file) => existsSync(file))) return false;
	const built = await Promise.all(BUILT.map(async (file) => (await stat(file)).mtimeMs));
	const sources = await Promise.all(SOURCES.map(newest));
	return Math.max(...sources) < Math.min(...built);
}

async function newest(path: string): Promise<number> {
	const own = await stat(path);
	if (!own.isDirectory()) return own.mtimeMs;
	const entries = await readdir(path, { recursive: true });
	const times = await Promise.all(
		entries.map(async (name) => (await stat(join(path, name))).mtimeMs),
	);
	return Math.max(own.mtimeMs, ...times);
}

function npm(script: string): Promise<void> {
	const child = spawn('npm', ['run', script], { stdio: ['ignore', 'ignore', 'inherit'] });
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => {
			if (code === 0) resolve();
			else reject(new Error(`npm run ${script} ended with code ${code}`));
		});
	});
}
