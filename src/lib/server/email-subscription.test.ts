import { describe, expect, it } from 'vitest';
import { changeSubscription, trySubscription } from './email-subscription';

const config = { supabaseUrl: 'http://api.example', publishableKey: 'sb_publishable_x' };
const answering =
	(status: number, body: unknown): typeof fetch =>
	() =>
		Promise.resolve(Response.json(body, { status }));

describe('the subscription to emails about replies', () => {
	it('calls the Edge Function with the token and the action', async () => {
		const asked: unknown[] = [];
		const state = await changeSubscription(config, 'T', 'unsubscribe', (url, init) => {
			asked.push(url, init?.method, init?.body);
			return Promise.resolve(Response.json({ state: 'unsubscribed', app_name: 'Acme' }));
		});
		expect(state).toEqual({ state: 'unsubscribed', app_name: 'Acme' });
		expect(asked).toEqual([
			'http://api.example/functions/v1/support-unsubscribe',
			'POST',
			'{"token":"T","action":"unsubscribe"}',
		]);
	});

	it('returns null for an unknown token', async () => {
		const fetch = answering(404, { code: 'support_email_token_unknown' });
		expect(await trySubscription(config, 'T', 'status', fetch)).toEqual({ state: 'unknown' });
	});

	it('returns a failure if the function is down or returns invalid data', async () => {
		for (const fetch of [answering(500, {}), answering(200, { state: 'maybe' })])
			expect(await trySubscription(config, 'T', 'status', fetch)).toEqual({ state: 'failed' });
	});
});
