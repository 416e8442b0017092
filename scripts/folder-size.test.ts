import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDERS = ['src', 'widget', 'supabase/functions', 'supabase/tests', 'local-stack'];
const MOST_FILES = 20;

test.each(FOLDERS)(`no folder in %s has more than ${MOST_FILES} files`, (folder) => {
	const counts = new Map<string, number>();
	for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
		if (entry.isFile()) counts.set(entry.parentPath, (counts.get(entry.parentPath) ?? 0) + 1);
	expect(counts.size).toBeGreaterThan(0);
	expect([...counts].filter(([, files]) => files > MOST_FILES)).toEqual([]);
});
