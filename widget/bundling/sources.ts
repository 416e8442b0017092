import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of every source file right in these folders, tests left out. */
export function readSources(folders: string[]): string {
	return folders
		.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
		.filter((file) => /\.(svelte|css|ts)$/.test(file) && !file.endsWith('.test.ts'))
		.map((file) => readFileSync(file, 'utf8'))
		.join('\n');
}
