import { spawn, type ChildProcess } from 'node:child_process';

/** The result of a command. `output` is stdout and stderr together; it is empty if they were passed through. */
export interface CommandResult {
	code: number;
	output: string;
}

export interface CommandOptions {
	env?: Record<string, string>;
	/** Passes the output through instead of collecting it. */
	passThrough?: boolean;
}

const running = new Set<ChildProcess>();

/**
 * Runs a Node program (a script's path, then its arguments) as its own process group, so that all its processes can be
 * ended.
 */
export function runNode(args: string[], options: CommandOptions = {}): Promise<CommandResult> {
	return run(process.execPath, args, options);
}

/** Runs a command as its own process group. Never rejects: a command that cannot start ends with code 127. */
export function run(
	command: string,
	args: string[],
	options: CommandOptions = {},
): Promise<CommandResult> {
	const child = spawn(command, args, {
		detached: true,
		env: { ...process.env, ...options.env },
		stdio: [
			'ignore',
			options.passThrough ? 'inherit' : 'pipe',
			options.passThrough ? 'inherit' : 'pipe',
		],
	});
	running.add(child);
	let output = '';
	const keep = (chunk: Buffer): void => {
		output += chunk.toString();
	};
	child.stdout?.on('data', keep);
	child.stderr?.on('data', keep);
	return new Promise((resolve) => {
		const end = (code: number): void => {
			running.delete(child);
			resolve({ code, output });
		};
		child.on('error', (error) => {
			output += error.message;
			end(127);
		});
		child.on('close', (code) => end(code ?? 1));
	});
}

/** Ends every command that still runs, with SIGTERM first. */
export async function stopCommands(): Promise<void> {
	signalAll('SIGTERM');
	for (let waited = 0; running.size > 0 && waited < 10_000; waited += 100)
		await new Promise((resolve) => setTimeout(resolve, 100));
	signalAll('SIGKILL');
}

function signalAll(signal: NodeJS.Signals): void {
	for (const { pid } of running) {
		if (pid === undefined) continue;
		try {
			process.kill(-pid, signal);
		} catch {
			// It has ended in the meantime.
		}
	}
}
