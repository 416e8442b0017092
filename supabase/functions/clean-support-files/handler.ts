import { z } from 'zod';
import type { CallDatabase } from '../_shared/database.ts';
import { json, refuse } from '../_shared/http.ts';
import type { SecretCheck } from '../_shared/secret.ts';
import type { FileStorage } from '../_shared/storage.ts';

export interface HandlerOptions {
	call: CallDatabase;
	storage: FileStorage;
	secret: SecretCheck;
	/** Keeps the worker alive for work that outlives the answer. */
	inBackground: (work: Promise<unknown>) => void;
	log: (line: string) => void;
	/** When to begin nothing more, in milliseconds from the start: a run must end before the platform ends it (150 s). */
	budgetMs?: number;
}

const BATCH = 100;
const paths = z.array(z.string());

/** Starts a run and answers at once, since pg_net waits for seconds only: 202, or 401 for a wrong secret. */
export async function handle(request: Request, options: HandlerOptions): Promise<Response> {
	try {
		if (!(await options.secret.accepts(request.headers.get('x-support-secret'))))
			return refuse(401, 'support_not_authenticated');
		if (request.method !== 'POST') return refuse(405, 'support_bad_request');
		options.inBackground(
			removeFiles(options).catch((error: unknown) =>
				options.log(`the run ended early: ${String(error)}`),
			),
		);
		return json(202, { status: 'started' });
	} catch (error) {
		options.log(`not started: ${String(error)}`);
		return refuse(503, 'support_unavailable');
	}
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
