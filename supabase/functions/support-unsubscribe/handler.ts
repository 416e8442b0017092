import { z } from 'zod';
import { DatabaseError, type CallDatabase } from '../_shared/database.ts';
import { enter, parseJson } from '../_shared/door.ts';
import { json, refuse } from '../_shared/http.ts';

const token = z.string().regex(/^[0-9a-f]{64}$/);
const action = z.enum(['status', 'unsubscribe', 'resubscribe']);
const command = z.object({ token: z.string(), action });
const answer = z.tuple([
	z.object({ state: z.enum(['subscribed', 'unsubscribed']), app_name: z.string() }),
]);
const page = z.tuple([z.object({ unsubscribe_url: z.string().nullable() })]);

const HELP =
	'To stop these emails, use the Unsubscribe button of your mail program.\n' +
	'Opening this address changes nothing.\n';

export interface HandlerOptions {
	call: CallDatabase;
	log: (line: string) => void;
}

/**
 * Handles mail programs (RFC 8058), the page /unsubscribe and link scanners. docs/adr/0003-unsubscribe.md has the
 * contract.
 */
export async function handle(request: Request, options: HandlerOptions): Promise<Response> {
	try {
		// The token, in the address or in the body, is enough.
		const body = await enter(request, { methods: ['GET', 'HEAD', 'POST'], authorize: () => null });
		if (body instanceof Response) return body;
		if (request.method !== 'POST') return await show(request, options);
		const type = request.headers.get('content-type') ?? '';
		return type.startsWith('application/json')
			? await obey(body, options)
			: await oneClick(request, body, options);
	} catch (error) {
		options.log(`not done: ${String(error)}`);
		return refuse(503, 'support_unavailable');
	}
}

/** Changes nothing, because link scanners send GET, too. */
async function show(request: Request, { call }: HandlerOptions): Promise<Response> {
	const [{ unsubscribe_url }] = await call('support_email_config', {}, page);
	const given = token.safeParse(new URL(request.url).searchParams.get('token'));
	const headers = new Headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
	if (unsubscribe_url === null) {
		headers.set('content-type', 'text/plain; charset=utf-8');
		return new Response(HELP, { headers });
	}
	const target = new URL(unsubscribe_url);
	if (given.success) target.searchParams.set('token', given.data);
	headers.set('location', target.href);
	return new Response(null, { status: 303, headers });
}

/** A mail program's POST. The response is the same for a right and a wrong token. */
async function oneClick(
	request: Request,
	body: string,
	options: HandlerOptions,
): Promise<Response> {
	if (new URLSearchParams(body).get('List-Unsubscribe') !== 'One-Click')
		return refuse(400, 'support_bad_request');
	const given = new URL(request.url).searchParams.get('token');
	const done = await act(given, 'unsubscribe', options);
	if (done instanceof Response && done.status !== 404) return done;
	return new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } });
}

async function obey(body: string, options: HandlerOptions): Promise<Response> {
	const parsed = command.safeParse(parseJson(body));
	if (!parsed.success) return refuse(400, 'support_bad_request');
	const done = await act(parsed.data.token, parsed.data.action, options);
	return done instanceof Response ? done : json(200, done);
}

async function act(
	given: unknown,
	what: z.infer<typeof action>,
	{ call }: HandlerOptions,
): Promise<Response | z.infer<typeof answer>[0]> {
	const parsed = token.safeParse(given);
	if (!parsed.success) return refuse(404, 'support_email_token_unknown');
	try {
		const args = { p_token: parsed.data, p_action: what };
		const [state] = await call('support_set_email_subscription', args, answer);
		return state;
	} catch (error) {
		if (error instanceof DatabaseError && error.code === 'support_email_token_unknown')
			return refuse(404, error.code);
		if (error instanceof DatabaseError && error.code === 'support_rate_limited')
			return refuse(429, error.code);
		throw error;
	}
}
