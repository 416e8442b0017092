import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Is there a process with this id, of any user? */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

/** The command line of a process, with words separated by spaces; empty if there is no such process. */
export function commandLine(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
	} catch {
		return readFromPs(pid, 'command'); // No /proc: macOS.
	}
}

/** The id of a process's parent; undefined if there is no such process. */
export function parentOf(pid: number): number | undefined {
	if (pid === process.pid) return process.ppid;
	try {
		// "pid (name) state ppid …", where the name may contain any character.
		return Number(
			readFileSync(`/proc/${pid}/stat`, 'utf8')
				.replace(/^.*\) \S+ /s, '')
				.split(' ')[0],
		);
	} catch {
		return Number(readFromPs(pid, 'ppid')) || undefined;
	}
}

function readFromPs(pid: number, column: 'command' | 'ppid'): string {
	if (existsSync('/proc/self')) return '';
	try {
		const args = ['-o', `${column}=`, '-p', String(pid)];
		return execFileSync('ps', args, { encoding: 'utf8' }).trim();
	} catch {
		return '';
	}
}
