import { error, type RequestEvent } from '@sveltejs/kit';
import { strings } from '$lib/dashboard/strings';
import { trySubscription, type SubscriptionAction } from '$lib/server/email-subscription';
import type { Actions, PageServerLoad } from './$types';

/** Looks only: link scanners open the addresses in mails, and must change nothing. */
export const load: PageServerLoad = (event) => ask(event, 'status');

export const actions: Actions = {
	unsubscribe: (event) => ask(event, 'unsubscribe'),
	resubscribe: (event) => ask(event, 'resubscribe'),
};

const unknownToken: { state: 'unknown' } = { state: 'unknown' };

async function ask({ locals, url, fetch, setHeaders }: RequestEvent, action: SubscriptionAction) {
	// The address holds the token: nothing may keep this page. (No address leaves this site: see security-headers.ts.)
	if (action === 'status') setHeaders({ 'cache-control': 'no-store' });
	if (!locals.config) error(503, { message: strings.setup.title });
	const token = url.searchParams.get('token') ?? '';
	if (token === '' || token.length > 200) return { subscription: unknownToken };
	return { subscription: await trySubscription(locals.config, token, action, fetch) };
}
