/**
 * Writes `src/lib/database.types.ts` from the migrations, as `supabase gen types` sees them in a fresh database.
 * With `--check` it writes nothing and ends with code 1 when the file is stale.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { startLocalStack } from '../supabase/local/start-local-stack';

const FILE = fileURLToPath(new URL('../src/lib/database.types.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../node_modules/.bin/supabase', import.meta.url));

const fresh = await generateTypes();
if (!process.argv.includes('--check')) await writeFile(FILE, fresh);
else if ((await readFile(FILE, 'utf8').catch(() => '')) !== fresh) {
	console.error('src/lib/database.types.ts is stale: run `npm run gen:types` and commit it.');
	process.exitCode = 1;
}

async function generateTypes(): Promise<string> {
	const stack = await startLocalStack({ ports: { api: 0, database: 0, outbox: 0 }, seed: false });
	try {
		const args = [
			'gen',
			'types',
			'typescript',
			'--schema',
			'public',
			`--remote=${stack.databaseUrl}`,
		];
		const { stdout } = await promisify(execFile)(CLI, args, { maxBuffer: 16 * 1024 * 1024 });
		return await format(stdout, { ...(await resolveConfig(FILE)), filepath: FILE });
	} finally {
		await stack.stop();
	}
}
