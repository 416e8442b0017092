import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';

const inLite = new AsyncLocalStorage<(line: string) => void>();
let patched = false;

/**
 * lite prints a stack trace for each error response, also for errors of the caller. Its output goes to `log` instead;
 * other output is unchanged.
 */
export function redirectLiteOutput(
	log: (line: string) => void,
): <T>(work: () => Promise<T>) => Promise<T> {
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
