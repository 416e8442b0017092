import { watchAncestors } from './ancestors';

const LOOK_EVERY_MS = 2_000;

/**
 * Resolves when we are to stop: Ctrl-C, a signal, or the end of the process that started us (npm was killed). Asking a
 * second time ends the process at once; Postgres is then stopped by its watchdog.
 */
export async function whenAsked(): Promise<undefined> {
	const orphaned = watchAncestors();
	await new Promise<void>((resolve) => {
		let askedAt: number | undefined;
		const ask = (): void => {
			// npm and the terminal may both deliver the same Ctrl-C.
			if (askedAt !== undefined && Date.now() - askedAt > 500) process.exit(130);
			askedAt ??= Date.now();
			resolve();
		};
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
		const timer = setInterval(() => {
			if (orphaned()) resolve();
		}, LOOK_EVERY_MS);
		timer.unref();
	});
	return undefined;
}
