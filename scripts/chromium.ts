import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';

/** The paths of Chromium in distributions, in the order in which they are tried. */
const SYSTEM_PATHS = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const ADVICE =
	'No Chromium was found and none could be installed: run `npx playwright install --with-deps chromium`, or install your system’s chromium package, and try again.';

/** The options of Playwright's `launch` with which tests and measurements start Chromium. */
export interface ChromiumLaunch {
	executablePath: string | undefined;
	args: string[];
}

/** The path of an installed Chromium, Playwright's own first. */
export function findChromium(): string | undefined {
	return [chromium.executablePath(), ...SYSTEM_PATHS].find((path) => existsSync(path));
}

/**
 * Launch options for the Chromium that `findChromium` finds. They use no network; the sandbox is off only for root,
 * because Chromium otherwise refuses to start as root.
 */
export function chromiumLaunch(): ChromiumLaunch {
	const root = process.getuid?.() === 0;
	return {
		executablePath: findChromium(),
		args: [
			...(root ? ['--no-sandbox'] : []),
			'--disable-gpu',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--disable-quic',
		],
	};
}

/** Finds Chromium, or installs it. Throws one sentence with the solution if neither works. */
export function ensureChromium(log: (line: string) => void): string {
	const found = findChromium();
	if (found) return found;
	log('No Chromium here yet: installing Playwright’s own.');
	run(process.execPath, [
		join(import.meta.dirname, '../node_modules/playwright/cli.js'),
		'install',
		'chromium',
	]);
	const own = findChromium();
	if (own) return own;
	if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
		log('That did not work: installing the system’s package.');
		run('apt-get', ['update', '-qq']);
		run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
	}
	const system = findChromium();
	if (system) return system;
	throw new Error(ADVICE);
}

function run(command: string, args: string[]): void {
	spawnSync(command, args, {
		stdio: ['ignore', 'ignore', 'inherit'],
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
		timeout: 10 * 60_000,
	});
}
