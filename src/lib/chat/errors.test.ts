import { expect, it } from 'vitest';
import { errorOfAnswer } from './errors';

it.each([
	[404, { code: 'PT404', message: 'support_chat_not_found' }, 'support_chat_not_found', 'refused'],
	[
		401,
		{ code: 'PT401', message: 'support_not_authenticated' },
		'support_not_authenticated',
		'signed_out',
	],
	[401, { code: 'PGRST303', message: 'JWT expired' }, 'signed_out', 'signed_out'],
	[401, { code: '42501', message: 'permission denied for function x' }, 'signed_out', 'signed_out'],
	[403, { code: '42501', message: 'permission denied' }, 'support_forbidden', 'refused'],
	[429, { code: 'PT429', message: 'support_rate_limited' }, 'support_rate_limited', 'retry'],
	[429, undefined, 'support_rate_limited', 'retry'],
	[400, { code: 'PT400', message: 'support_message_blank' }, 'support_message_blank', 'refused'],
	[
		400,
		{ code: 'PT400', message: 'support_some_later_code' },
		'support_some_later_code',
		'refused',
	],
	[422, { code: 'support_file_active', detail: 'x' }, 'support_file_active', 'refused'],
	[400, { code: '22P05', message: 'unsupported Unicode escape sequence' }, 'refused', 'refused'],
	[500, { code: '40001', message: 'could not serialize access' }, 'server', 'retry'],
	[409, { code: '40P01', message: 'deadlock detected' }, 'server', 'retry'],
	[400, { code: '55P03', message: 'lock timeout' }, 'server', 'retry'],
	[503, { code: '53300', message: 'too many connections' }, 'server', 'retry'],
	[400, { code: '57P01', message: 'terminating connection' }, 'server', 'retry'],
	[405, { code: '25006', message: 'read-only transaction' }, 'server', 'retry'],
	[503, { code: 'PGRST002', message: 'Could not query the schema cache' }, 'server', 'retry'],
	[502, undefined, 'server', 'retry'],
	[404, undefined, 'unexpected_answer', 'retry'],
	[407, undefined, 'unexpected_answer', 'retry'],
] as const)('HTTP %i %j is %s, to be treated as %s', (status, body, code, kind) => {
	expect(errorOfAnswer(status, body)).toMatchObject({ code, kind, status });
});

it('contains how long the server asked to wait', () => {
	expect(errorOfAnswer(429, {}, 7_000).retryAfter).toBe(7_000);
});

it.each([
	['12', 12_000],
	['3600', 300_000],
	['soon', undefined],
	[null, undefined],
])('keeps how long a limit of the database lasts: %s', (hint, retryAfter) => {
	const body = { code: 'PT429', message: 'support_rate_limited', hint };
	expect(errorOfAnswer(429, body, 0).retryAfter).toBe(retryAfter);
});
