import { error, type RequestEvent } from '@sveltejs/kit';
import { strings } from '$lib/dashboard/strings/dashboard';
import { trySubscription, type SubscriptionAction } from '$lib/server/email-subscription';
import { countUnsubscribe } from '$lib/server/http/request-limits';
import type { Actions, PageServerLoad } from './$types';

/** Only reads: link scanners open the addresses in emails, and must not change anything. */
export const load: PageServerLoad = (event) => ask(event, 'status');

export const actions: Actions = {
	unsubscribe: (event) => ask(event, 'unsubscribe'),
	resubscribe: (event) => ask(event, 'resubscribe'),
};

const unknownToken: { state: 'unknown' } = { state: 'unknown' };

async function ask(event: RequestEvent, action: SubscriptionAction) {
	const { locals, url } = event;
	if (!locals.config) error(503, { message: strings.setup.title });
	const token = url.searchParams.get('token') ?? '';
	if (token === '' || token.length > 200) return { subscription: unknownToken };
	const wait = countUnsubscribe(event);
	if (wait > 0) error(429, { message: strings.error.tooMany(Math.ceil(wait / 60_000)) });
	const { fetch } = locals.session;
	return { subscription: await trySubscription(locals.config, token, action, fetch) };
}
