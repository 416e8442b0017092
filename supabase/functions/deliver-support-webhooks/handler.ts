import type { CallDatabase } from '../_shared/database.ts';
import { startRun, type RunStart } from '../_shared/start-run.ts';
import { Outbox } from './outbox.ts';
import { run } from './run.ts';
import type { SendWebhook } from './send-webhook.ts';

export interface HandlerOptions extends RunStart {
	call: CallDatabase;
	send: SendWebhook;
	budgetMs?: number;
}

/** Starts a run in the background; see `startRun`. */
export function handle(request: Request, options: HandlerOptions): Promise<Response> {
	const { call, send, log, budgetMs = 60_000 } = options;
	return startRun(
		request,
		options,
		async () => () => run({ outbox: new Outbox(call), send, log, budgetMs }),
	);
}
