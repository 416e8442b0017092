import { spawn } from 'node:child_process';

/**
 * Reads its standard input until this process ends for any reason; then stops Postgres ($1) and removes its temporary
 * data ($2, may be empty).
 */
const SCRIPT = `
cat > /dev/null
kill -INT "$1" 2> /dev/null
tries=0
while kill -0 "$1" 2> /dev/null; do
  tries=$((tries + 1))
  if [ "$tries" = 50 ]; then kill -QUIT "$1" 2> /dev/null; fi
  if [ "$tries" = 100 ]; then kill -KILL "$1" 2> /dev/null; break; fi
  sleep 0.1
done
if [ -n "$2" ]; then rm -rf "$2"; fi
`;

/**
 * Makes sure that Postgres ends with this process, even if the process is killed. Returns the function that ends the
 * watchdog.
 */
export function startWatchdog(pid: number, temporaryDataDir: string | undefined): () => void {
	if (process.platform === 'win32') return () => undefined;
	const child = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', String(pid), temporaryDataDir ?? ''], {
		stdio: ['pipe', 'ignore', 'ignore'],
		detached: true, // A Ctrl-C in the terminal must not end it.
		cwd: '/',
	});
	child.unref();
	child.stdin.on('error', () => undefined);
	return () => {
		child.kill('SIGKILL');
		child.stdin.destroy();
	};
}
