import { expect, test, vi } from 'vitest';
import type { z } from 'zod';
import { Outbox } from './outbox.ts';

const delivery = (id: string, more: object = {}): object => ({
	id,
	webhook_id: 'w',
	url: 'https://example.com/hooks',
	is_private_target: false,
	secrets: ['whsec_x'],
	payload: { type: 'test.ping' },
	attempt: 1,
	...more,
});

test('a delivery whose secret is missing fails, and the others are delivered', async () => {
	const rows = [delivery('1'), delivery('2', { secrets: null }), delivery('3')];
	const finished = vi.fn();
	const outbox = new Outbox(
		async <Result>(rpc: string, args: object, result: z.ZodType<Result>) => {
			if (rpc === 'support_finish_webhook_delivery') finished(args);
			return result.parse(rpc === 'support_claim_webhook_deliveries' ? rows : null);
		},
	);
	expect((await outbox.claim(10)).map(({ id }) => id)).toEqual(['1', '3']);
	expect(finished.mock.calls).toMatchObject([
		[{ p_id: '2', p_attempt: 1, p_status_code: null, p_error: expect.stringContaining('secrets') }],
	]);
});
