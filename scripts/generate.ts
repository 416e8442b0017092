/**
 * `npm run generate`: writes the files that follow from the migrations, read from a fresh database:
 * `src/lib/database.types.ts` and `supabase/schema.sql`. With `--check` it writes nothing and ends with code 1 if a
 * file is stale.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startTestStack } from '../local-stack/testing/stack';
import { describeSchema } from './generate/schema/describe-schema';
import { generateTypes } from './generate/types';

const path = (relative: string): string =>
	fileURLToPath(new URL(`../${relative}`, import.meta.url));

const stack = await startTestStack();
try {
	const typesFile = 'src/lib/database.types.ts';
	await put(typesFile, await generateTypes(stack.databaseUrl, path(typesFile)));
	await put('supabase/schema.sql', await describeSchema(stack.sql));
} finally {
	await stack.stop();
}

async function put(file: string, text: string): Promise<void> {
	if (!process.argv.includes('--check')) return writeFile(path(file), text);
	if ((await readFile(path(file), 'utf8').catch(() => '')) === text) return;
	console.error(`${file} is stale: run \`npm run generate\` and commit it.`);
	process.exitCode = 1;
}
