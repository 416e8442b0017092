import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FunctionConfig } from './config';

const BOOT_TIMEOUT_MS = 60_000;
const BOOTSTRAP = fileURLToPath(new URL('./deno-bootstrap.js', import.meta.url));

/** A running function: one Deno process that serves it on its own port. */
export interface DenoProcess {
	port: number;
	/** Settles when the process has ended. */
	ended: Promise<void>;
	stop(): Promise<void>;
}

/**
 * Starts a function offline. Its `npm:` imports come from the project's node_modules, and it has the rights that the
 * Edge Runtime gives: network and environment, but no writing and no other programs. Throws if it does not serve within
 * a minute.
 */
export async function startDeno(
	config: FunctionConfig,
	env: Record<string, string>,
	log: (line: string) => void,
): Promise<DenoProcess> {
	const args = ['run', '--no-prompt', '--no-remote', '--node-modules-dir=manual', '--quiet'];
	if (config.denoConfig) args.push('--config', config.denoConfig);
	args.push('--allow-net', '--allow-env', '--allow-read', '--allow-sys', BOOTSTRAP);
	const child = spawn(denoBinary(), [...args, pathToFileURL(config.entrypoint).href], {
		cwd: dirname(config.entrypoint),
		env: { ...inherited(), ...env },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
	const stop = async (): Promise<void> => {
		child.stdin.end();
		child.kill('SIGKILL');
		await ended;
	};
	try {
		return { port: await untilListening(child, log), ended, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

function untilListening(child: ChildProcess, log: (line: string) => void): Promise<number> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => {
			reject(new Error(`it did not listen within ${BOOT_TIMEOUT_MS / 1000} s`));
		}, BOOT_TIMEOUT_MS);
		const settle = (): void => clearTimeout(timer);
		child.once('error', (error) => (settle(), reject(error)));
		child.once('close', (code) => (settle(), reject(new Error(`it ended with code ${code ?? 0}`))));
		child.stdin?.on('error', () => {}); // it ended first; the 'close' handler reports that
		eachLine(child.stderr, log);
		eachLine(child.stdout, (line) => {
			const port = /^listening (\d+)$/.exec(line)?.[1];
			if (port === undefined) return log(line);
			settle();
			resolve(Number(port));
		});
	});
}

function eachLine(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
	let rest = '';
	stream?.setEncoding('utf8').on('data', (chunk: string) => {
		const lines = (rest + chunk).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) if (line !== '') onLine(line);
	});
}

/** The Deno program itself, not the npm package's launcher: killing a launcher does not end the program. */
export function denoBinary(): string {
	const require = createRequire(import.meta.url);
	const fromDeno = createRequire(require.resolve('deno/package.json'));
	const libc = process.platform === 'linux' ? '-glibc' : '';
	const platform = `@deno/${process.platform}-${process.arch}${libc}`;
	const directory = dirname(fromDeno.resolve(`${platform}/package.json`));
	return join(directory, process.platform === 'win32' ? 'deno.exe' : 'deno');
}

/** Environment variables that Deno itself needs; the function gets no other ones of this process. */
function inherited(): Record<string, string> {
	const result: Record<string, string> = { NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' };
	for (const name of [
		'PATH',
		'HOME',
		'TMPDIR',
		'DENO_DIR',
		'SystemRoot',
		'USERPROFILE',
		'LOCALAPPDATA',
	]) {
		const value = process.env[name];
		if (value !== undefined) result[name] = value;
	}
	return result;
}
