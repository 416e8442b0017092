import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';

const inLite = new AsyncLocalStorage<(line: string) => void>();
let patched = false;

/**
 * lite prints a stack trace for each error that it answers, also for those that are the caller's fault. What it prints
 * goes to `log` instead; nobody else's output is touched.
 */
export function hushLite(log: (line: string) => void): <T>(work: () => Promise<T>) => Promise<T> {
	if (!patched) patchConsole();
	return (work) => inLite.run(log, work);
}

function patchConsole(): void {
	patched = true;
	for (const method of ['error', 'warn', 'log'] as const) {
		const original = console[method].bind(console);
		console[method] = (...args: unknown[]) => {
			const log = inLite.getStore();
			if (log) log(`lite: ${format(...args)}`);
			else original(...args);
		};
	}
}
