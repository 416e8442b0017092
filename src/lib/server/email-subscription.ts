import { z } from 'zod';
import type { Config } from './config';
import { logFault } from './log';

const answer = z.object({ state: z.enum(['subscribed', 'unsubscribed']), app_name: z.string() });

/** Does the customer of an email's token receive emails about replies? */
export type Subscription = z.infer<typeof answer>;

export type SubscriptionAction = 'status' | 'unsubscribe' | 'resubscribe';

/**
 * Calls the Edge Function `support-unsubscribe`, which reads and changes the subscription
 * (docs/adr/0003-unsubscribe.md).
 * @returns null for an unknown token
 * @throws if it cannot be reached or returns invalid data
 */
export async function changeSubscription(
	config: Config,
	token: string,
	action: SubscriptionAction,
	fetch: typeof globalThis.fetch,
): Promise<Subscription | null> {
	const response = await fetch(`${config.supabaseUrl}/functions/v1/support-unsubscribe`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', apikey: config.publishableKey },
		body: JSON.stringify({ token, action }),
		signal: AbortSignal.timeout(10_000),
	});
	if (response.status === 404 || response.status === 400) return null;
	if (!response.ok) throw new Error(`support-unsubscribe answered ${response.status}`);
	return answer.parse(await response.json());
}

/** The same, with every error logged for the operator and returned as `failed`. */
export async function trySubscription(
	...args: Parameters<typeof changeSubscription>
): Promise<Subscription | { state: 'unknown' | 'failed' }> {
	try {
		return (await changeSubscription(...args)) ?? { state: 'unknown' };
	} catch (cause) {
		logFault('Could not reach the unsubscribe function', cause);
		return { state: 'failed' };
	}
}
