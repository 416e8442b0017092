import type { CallDatabase } from '../_shared/database.ts';
import { json, refuse } from '../_shared/http.ts';
import type { SecretCheck } from '../_shared/secret.ts';
import { Outbox } from './outbox.ts';
import { run } from './run.ts';
import type { SendWebhook } from './send-webhook.ts';

export interface HandlerOptions {
	call: CallDatabase;
	secret: SecretCheck;
	send: SendWebhook;
	/** Keeps the worker alive for work that outlives the answer. */
	inBackground: (work: Promise<unknown>) => void;
	log: (line: string) => void;
	budgetMs?: number;
}

/** Starts a run and answers at once, since pg_net waits for seconds only: 202, or 401 for a wrong secret. */
export async function handle(request: Request, options: HandlerOptions): Promise<Response> {
	const { call, send, log, budgetMs = 60_000 } = options;
	try {
		if (!(await options.secret.accepts(request.headers.get('x-support-secret'))))
			return refuse(401, 'support_not_authenticated');
		if (request.method !== 'POST') return refuse(405, 'support_bad_request');
		options.inBackground(
			run({ outbox: new Outbox(call), send, log, budgetMs }).catch((error: unknown) =>
				log(`the run ended early: ${String(error)}`),
			),
		);
		return json(202, { status: 'started' });
	} catch (error) {
		log(`not started: ${String(error)}`);
		return refuse(503, 'support_unavailable');
	}
}
