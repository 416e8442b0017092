import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A function as `supabase functions deploy` would find it. */
export interface FunctionConfig {
	name: string;
	entrypoint: string;
	/** Its own deno.json, or null. */
	denoConfig: string | null;
	/** `verify_jwt` of [functions.<name>] in config.toml; true by default, as on hosted. */
	verifyJwt: boolean;
}

/** Finds the functions in a folder; `config.toml` is next to it. Folders that begin with `_` are not functions. */
export function readFunctions(functionsDir: string): Map<string, FunctionConfig> {
	const configFile = join(dirname(functionsDir), 'config.toml');
	const toml = existsSync(configFile) ? readFileSync(configFile, 'utf8') : '';
	const functions = new Map<string, FunctionConfig>();
	if (!existsSync(functionsDir)) return functions;
	for (const entry of readdirSync(functionsDir, { withFileTypes: true })) {
		const entrypoint = join(functionsDir, entry.name, 'index.ts');
		if (entry.name.startsWith('_') || !entry.isDirectory() || !existsSync(entrypoint)) continue;
		const denoConfig = join(functionsDir, entry.name, 'deno.json');
		functions.set(entry.name, {
			name: entry.name,
			entrypoint,
			denoConfig: existsSync(denoConfig) ? denoConfig : null,
			verifyJwt: readVerifyJwt(toml, entry.name),
		});
	}
	return functions;
}

/** Reads only this key of the TOML file; other tests check the file with the CLI, which reads all of it. */
export function readVerifyJwt(toml: string, name: string): boolean {
	let inSection = false;
	for (const line of toml.split(/\r?\n/)) {
		const section = /^\s*\[\s*functions\s*\.\s*"?([\w-]+)"?\s*\]/.exec(line);
		if (section) inSection = section[1] === name;
		else if (/^\s*\[/.test(line)) inSection = false;
		const value = inSection ? /^\s*verify_jwt\s*=\s*(true|false)/.exec(line) : null;
		if (value) return value[1] === 'true';
	}
	return true;
}
