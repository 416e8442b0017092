import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';

const CLI = fileURLToPath(new URL('../../node_modules/.bin/supabase', import.meta.url));

/** The types of the schema `public`, as `supabase gen types` makes them, formatted for `file`. */
export async function generateTypes(databaseUrl: string, file: string): Promise<string> {
	const args = ['gen', 'types', 'typescript', '--schema', 'public', `--remote=${databaseUrl}`];
	const { stdout } = await promisify(execFile)(CLI, args, { maxBuffer: 16 * 1024 * 1024 });
	return await format(stdout, { ...(await resolveConfig(file)), filepath: file });
}
