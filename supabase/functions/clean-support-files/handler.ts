import { z } from 'zod';
import type { CallDatabase } from '../_shared/database.ts';
import { startRun, type RunStart } from '../_shared/start-run.ts';
import type { FileStorage } from '../_shared/storage.ts';

export interface HandlerOptions extends RunStart {
	call: CallDatabase;
	storage: FileStorage;
	/**
	 * When to start no further batch, in milliseconds from the start: a run must end before the platform ends it (150
	 * s).
	 */
	budgetMs?: number;
}

const BATCH = 100;
/** If the first files are refused, this many, Storage itself has a problem. */
const MOST_REFUSED = 3;
const paths = z.array(z.string());

/** Starts a run in the background; see `startRun`. */
export function handle(request: Request, options: HandlerOptions): Promise<Response> {
	return startRun(request, options, async () => () => removeFiles(options));
}

/** Removes queued objects until the queue is empty or the time is up. Failed ones are due again in five minutes. */
async function removeFiles(options: HandlerOptions): Promise<void> {
	const { call, log, budgetMs = 90_000 } = options;
	const end = Date.now() + budgetMs;
	while (Date.now() < end) {
		const batch = await call('support_claim_file_removals', { p_limit: BATCH }, paths);
		if (batch.length === 0) return;
		try {
			await remove(options, batch);
		} catch (error) {
			log(`${batch.length} files were not removed together: ${String(error)}`);
			await removeOneByOne(options, batch, end);
		}
	}
}

async function remove({ call, storage }: HandlerOptions, batch: string[]): Promise<void> {
	await storage.remove(batch);
	await call('support_finish_file_removals', { p_paths: batch }, z.unknown());
}

/** A file that Storage refuses does not affect the others. Throws if it also refuses the first few. */
async function removeOneByOne(
	options: HandlerOptions,
	batch: string[],
	end: number,
): Promise<void> {
	let failed = 0;
	for (const [index, path] of batch.entries()) {
		if (Date.now() >= end) return;
		try {
			await remove(options, [path]);
		} catch (error) {
			failed += 1;
			if (failed > index && failed === MOST_REFUSED) throw error;
			options.log(`a file was not removed: ${String(error)}`);
		}
	}
}
