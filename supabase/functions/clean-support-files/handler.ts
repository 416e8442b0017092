import { z } from 'zod';
import type { CallDatabase } from '../_shared/database.ts';
import { startRun, type RunStart } from '../_shared/start-run.ts';
import type { FileStorage } from '../_shared/storage.ts';

export interface HandlerOptions extends RunStart {
	call: CallDatabase;
	storage: FileStorage;
	/** When to begin nothing more, in milliseconds from the start: a run must end before the platform ends it (150 s). */
	budgetMs?: number;
}

const BATCH = 100;
const paths = z.array(z.string());

/** Starts a run in the background: see `startRun`. */
export function handle(request: Request, options: HandlerOptions): Promise<Response> {
	return startRun(request, options, async () => () => removeFiles(options));
}

/** Removes what is queued until nothing is, or the time is up. A batch that fails comes again in five minutes. */
async function removeFiles({ call, storage, budgetMs = 90_000 }: HandlerOptions): Promise<void> {
	const end = Date.now() + budgetMs;
	while (Date.now() < end) {
		const batch = await call('support_claim_file_removals', { p_limit: BATCH }, paths);
		if (batch.length === 0) return;
		await storage.remove(batch);
		await call('support_finish_file_removals', { p_paths: batch }, z.unknown());
	}
}
