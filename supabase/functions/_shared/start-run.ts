import { enter } from './door.ts';
import { json, refuse } from './http.ts';
import type { SecretCheck } from './secret.ts';

/** The values needed to start a run in the background. */
export interface RunStart {
	secret: SecretCheck;
	/** Keeps the worker alive for work after the response. */
	inBackground: (work: Promise<unknown>) => void;
	log: (line: string) => void;
}

/**
 * Responds to the database's call at once, because pg_net waits only for seconds: 202, or 401 for a wrong secret, or
 * 503. The run that `prepare` returns continues in the background; if `prepare` returns a response, there is no run.
 */
export async function startRun(
	request: Request,
	{ secret, inBackground, log }: RunStart,
	prepare: () => Promise<(() => Promise<unknown>) | Response>,
): Promise<Response> {
	try {
		const body = await enter(request, { methods: ['POST'], authorize: knows(secret) });
		if (body instanceof Response) return body;
		const run = await prepare();
		if (run instanceof Response) return run;
		inBackground(run().catch((error: unknown) => log(`the run ended early: ${String(error)}`)));
		return json(202, { status: 'started' });
	} catch (error) {
		log(`not started: ${String(error)}`);
		return refuse(503, 'support_unavailable');
	}
}

const knows =
	(secret: SecretCheck) =>
	async ({ headers }: Request): Promise<Response | null> =>
		(await secret.accepts(headers.get('x-support-secret')))
			? null
			: refuse(401, 'support_not_authenticated');
