import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from '../chromium';
import { readPlaywrightReport, readVitestReport, shorten, type StepResult } from './reports';
import { run, runNode, type CommandResult } from './run-command';

/** One part of `npm test`; `npm test -- <name>` runs it alone. */
export interface Step {
	name: string;
	what: string;
	/** Needs few resources and starts no server, so two of these run at once. */
	light?: boolean;
	run(): Promise<StepResult>;
}

const bin = (name: string): string => join('node_modules', name);
const PRETTIER = bin('prettier/bin/prettier.cjs');
const ESLINT = bin('eslint/bin/eslint.js');
const SVELTE_CHECK = bin('svelte-check/bin/svelte-check');
const SQUAWK = bin('.bin/squawk');
const VITE = bin('vite/bin/vite.js');
const VITEST = bin('vitest/vitest.mjs');
const PLAYWRIGHT = bin('@playwright/test/cli.js');
const TSX = bin('tsx/dist/cli.mjs');

/** In the order in which they run: the fastest checks first. */
export const steps: Step[] = [
	check('format', 'Formatting', () => runNode([PRETTIER, '--check', '.'])),
	check('lint', 'Lint', () => runNode([ESLINT, '--max-warnings', '0', '.'])),
	check('prose', 'Prose lint', () => runNode([TSX, 'scripts/lint-prose.ts'])),
	check('types', 'Types', () =>
		runNode([
			SVELTE_CHECK,
			'--tsconfig',
			'./tsconfig.json',
			'--fail-on-warnings',
			'--output',
			'human',
		]),
	),
	check('sql', 'Migrations lint', async () => run(SQUAWK, migrations())),
	check('widget', 'Widget build', () =>
		runNode([VITE, 'build', '--config', 'widget/vite.config.ts']),
	),
	check('dashboard', 'Dashboard build', () => runNode([VITE, 'build'])),
	vitest('unit', 'Unit tests'),
	vitest('browser', 'Component tests'),
	vitest('stack', 'Local stack tests'),
	vitest('database', 'Database tests'),
	vitest('attack', 'Attacks, a short run'),
	{
		...check('generated', 'Generated files are fresh', () =>
			runNode([TSX, 'scripts/generate.ts', '--check']),
		),
		light: false,
	},
	{ name: 'e2e', what: 'Journeys in a browser', run: runPlaywright },
];

function check(name: string, what: string, command: () => Promise<CommandResult>): Step {
	return {
		name,
		what,
		light: true,
		async run() {
			const { code, output } = await command();
			if (code === 0) return { passed: 1, failures: [] };
			return { passed: 0, failures: [{ name: what, detail: shorten(output, 60) }] };
		},
	};
}

function vitest(project: string, what: string): Step {
	return {
		name: project,
		what,
		async run() {
			if (project === 'browser') ensureChromium(console.log);
			return withReport(async (file) => {
				const args = ['run', '--project', project, '--reporter=default', '--reporter=json'];
				const { code } = await runNode([VITEST, ...args, `--outputFile.json=${file}`], {
					passThrough: true,
				});
				return { code, read: readVitestReport };
			}, what);
		},
	};
}

async function runPlaywright(): Promise<StepResult> {
	ensureChromium(console.log);
	return withReport(async (file) => {
		const { code } = await runNode(
			[PLAYWRIGHT, 'test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'],
			{
				passThrough: true,
				env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
			},
		);
		return { code, read: readPlaywrightReport };
	}, 'Journeys in a browser');
}

type Reporting = (file: string) => Promise<{ code: number; read: (json: unknown) => StepResult }>;

/**
 * Sets a file for a runner's report, and reads it. A runner that ends with an error but without a failed test counts as
 * a failure.
 */
async function withReport(runner: Reporting, what: string): Promise<StepResult> {
	const directory = mkdtempSync(join(tmpdir(), 'support-chat-test-'));
	const file = join(directory, 'report.json');
	try {
		const { code, read } = await runner(file);
		const result = read(JSON.parse(readFileSync(file, 'utf8')));
		if (code !== 0 && result.failures.length === 0)
			result.failures.push({ name: what, detail: `the runner ended with code ${code}` });
		if (result.passed === 0 && result.failures.length === 0)
			result.failures.push({ name: what, detail: 'it found no tests' });
		return result;
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

function migrations(): string[] {
	const directory = 'supabase/migrations';
	const files = readdirSync(directory).filter((file) => file.endsWith('.sql'));
	return files.sort().map((file) => join(directory, file));
}
