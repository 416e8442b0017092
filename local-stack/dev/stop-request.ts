import { watchAncestors } from './ancestors';

const CHECK_EVERY_MS = 2_000;

/**
 * Resolves when `npm run dev` must stop: after Ctrl-C, a signal, or the end of the process that started it (npm was
 * killed). A second Ctrl-C ends the process at once; its watchdog then stops Postgres.
 */
export async function stopRequested(): Promise<undefined> {
	const orphaned = watchAncestors();
	await new Promise<void>((resolve) => {
		let requestedAt: number | undefined;
		const request = (): void => {
			// npm and the terminal may both deliver the same Ctrl-C.
			if (requestedAt !== undefined && Date.now() - requestedAt > 500) process.exit(130);
			requestedAt ??= Date.now();
			resolve();
		};
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
		const timer = setInterval(() => {
			if (orphaned()) resolve();
		}, CHECK_EVERY_MS);
		timer.unref();
	});
	return undefined;
}
