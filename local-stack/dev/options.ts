import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { z } from 'zod';
import { paths } from '../stack/paths';
import { DEFAULT_PORTS, type Part } from '../stack/ports';

export interface DevOptions {
	/** Delete the local data first. */
	reset: boolean;
	/** Show the log of all parts. */
	verbose: boolean;
	ports: Record<Part, number>;
	/** The project of `.env` or the environment; undefined means the embedded local stack. */
	project: { url: string; publishableKey: string } | undefined;
}

/** An error in the arguments or in the environment; the message says what to do. */
export class UsageError extends Error {}

const DEFAULTS: Record<Part, number> = { ...DEFAULT_PORTS, dashboard: 5173 };
const PARTS = ['dashboard', 'api', 'database', 'outbox'] as const;
const port = z.coerce.number().int().min(1).max(65535);

/** The flag and the environment variable that choose a port. */
export function portSettings(part: Part): { flag: string; variable: string } {
	return { flag: `--${part}-port`, variable: `SUPPORT_${part.toUpperCase()}_PORT` };
}

/** Reads the command line, the environment, and `.env` for values that the environment lacks. */
export function readDevOptions(args: string[], environment: NodeJS.ProcessEnv): DevOptions {
	const flags = readFlags(args);
	const settings = { ...readDotEnv(), ...environment };
	const ports = { ...DEFAULTS };
	for (const part of PARTS) {
		const { flag, variable } = portSettings(part);
		const given = flags[`${part}-port`] ?? settings[variable];
		if (given === undefined || given === '') continue;
		const parsed = port.safeParse(given);
		if (!parsed.success)
			throw new UsageError(
				`${flag} (or ${variable}) must be a port, 1 to 65535; it is “${given}”.`,
			);
		ports[part] = parsed.data;
	}
	return {
		reset: flags.reset === true,
		verbose: flags.verbose === true,
		ports,
		project: readProject(settings),
	};
}

function readFlags(args: string[]) {
	try {
		return parseArgs({
			args,
			options: {
				reset: { type: 'boolean' },
				verbose: { type: 'boolean' },
				'dashboard-port': { type: 'string' },
				'api-port': { type: 'string' },
				'database-port': { type: 'string' },
				'outbox-port': { type: 'string' },
			},
		}).values;
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new UsageError(
			`${reason}\nKnown flags: --reset, --verbose, --dashboard-port, --api-port, --database-port, --outbox-port.`,
		);
	}
}

function readProject(settings: Record<string, string | undefined>): DevOptions['project'] {
	const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: publishableKey } = settings;
	if (!url) return undefined;
	if (!URL.canParse(url)) throw new UsageError(`SUPABASE_URL is not an address: “${url}”.`);
	if (!publishableKey)
		throw new UsageError(
			'SUPABASE_URL is set, SUPABASE_PUBLISHABLE_KEY is not. Set both to use that project, or neither for the local stack.',
		);
	return { url, publishableKey };
}

function readDotEnv(): Record<string, string | undefined> {
	const file = join(paths.root, '.env');
	return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}
