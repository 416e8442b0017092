/**
 * `npm run lint:prose`: finds clear signs of unclear English in comments, documents, test titles and English texts.
 * Prints one line per finding, and ends with code 1 if there are any.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { checkProse } from './prose/check-prose';
import { readProse } from './prose/read-prose';

const GENERATED = ['src/lib/database.types.ts', 'supabase/schema.sql'];
const READ = /\.(ts|js|svelte|css|sql|md)$/;

process.chdir(new URL('..', import.meta.url).pathname);
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
	encoding: 'utf8',
})
	.split('\n')
	.filter((file) => READ.test(file) && !GENERATED.includes(file) && existsSync(file));
let count = 0;
for (const file of files)
	for (const prose of readProse(file, readFileSync(file, 'utf8')))
		for (const problem of checkProse(prose)) {
			console.log(`${file}:${prose.line} ${problem}`);
			count += 1;
		}
console.log(`${files.length} files read, ${count} findings`);
process.exitCode = count === 0 ? 0 : 1;
