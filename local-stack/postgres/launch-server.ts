import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataInUseError } from './data-dir';
import { type ServerAccount } from './server-account';
import { startWatchdog } from './watchdog';

const READY = 'database system is ready to accept connections';
const LINES_KEPT = 30;

/** A stopping server sends this to every connected client; ignore it. */
const stopping = new WeakSet<ChildProcess>();

interface LaunchOptions {
	port: number;
	dataDir: string;
	binaries: string;
	account: ServerAccount;
	temporary: boolean;
	log?: ((line: string) => void) | undefined;
}

/** Runs the server until `stop()`. Resolves when it accepts connections. */
export async function launchServer(options: LaunchOptions): Promise<{ stop(): Promise<void> }> {
	const child = spawn(join(options.binaries, 'bin/postgres'), serverArguments(options), {
		...options.account,
		cwd: options.dataDir,
		env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
		stdio: ['ignore', 'ignore', 'pipe'],
		detached: true, // In a terminal, Ctrl-C goes to the whole process group. This process stops the server itself, as the last part.
	});
	const exited = once(child, 'exit');
	exited.catch(() => undefined);
	const callOff = child.pid
		? startWatchdog(child.pid, options.temporary ? options.dataDir : undefined)
		: () => undefined;
	try {
		await untilReady(child, exited, options);
	} catch (error) {
		child.kill('SIGKILL');
		callOff();
		throw error;
	}
	void exited.then(callOff);
	return { stop: () => stopServer(child, exited) };
}

function serverArguments({ dataDir, port, temporary }: LaunchOptions): string[] {
	const settings: Record<string, string> = {
		listen_addresses: '127.0.0.1',
		port: String(port),
		unix_socket_directories: '',
		wal_level: 'logical',
		max_wal_senders: '10',
		max_replication_slots: '10',
		max_connections: '100',
		timezone: 'UTC',
		log_timezone: 'UTC',
		log_min_messages: 'warning',
		// Not synchronous_commit: replication sends only flushed data, which would arrive up to 200 ms late.
		...(temporary ? { fsync: 'off', full_page_writes: 'off' } : {}),
	};
	return ['-D', dataDir, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])];
}

async function untilReady(
	child: ChildProcess,
	exited: Promise<unknown>,
	options: LaunchOptions,
): Promise<void> {
	const lines: string[] = [];
	const { stderr } = child;
	if (!stderr) throw new Error('Postgres was started without a log.');
	const ready = new Promise<void>((resolve) => {
		createInterface({ input: stderr }).on('line', (line) => {
			lines.push(line);
			if (lines.length > LINES_KEPT) lines.shift();
			if (line.includes(READY)) resolve();
			else if (!stopping.has(child) && / (FATAL|PANIC): {2}/.test(line))
				options.log?.(`postgres: ${line}`);
		});
	});
	const failed = exited.then(
		async () => {
			await sleep(50); // Its last lines may not have arrived yet.
			throw startError(options.dataDir, lines);
		},
		(cause: unknown) => {
			throw new Error(`Postgres could not be started from ${options.binaries}.`, { cause });
		},
	);
	await Promise.race([ready, failed]);
}

function startError(dataDir: string, lines: string[]): Error {
	const words = lines.join('\n');
	if (words.includes('lock file "postmaster.pid" already exists'))
		return new DataInUseError(dataDir, undefined);
	return new Error(`Postgres did not start:\n${words}`);
}

/** Fast shutdown; if clients or replication delay it, immediate shutdown; if that hangs, kill. */
async function stopServer(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
	stopping.add(child);
	for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
		if (child.exitCode !== null || child.signalCode !== null) return;
		child.kill(signal);
		await Promise.race([exited, sleep(5_000, undefined, { ref: false })]);
	}
}
