import { describe, expect, it } from 'vitest';
import { outcomeOf } from './resend.ts';

describe('outcomeOf, of Resend', () => {
	it.each([
		[null, 'application_error', 'retry'],
		[500, 'internal_server_error', 'retry'],
		[503, 'application_error', 'retry'],
		[408, 'application_error', 'retry'],
		[409, 'concurrent_idempotent_requests', 'retry'],
		[409, 'invalid_idempotent_request', 'failed'],
		[422, 'validation_error', 'failed'],
		[403, 'validation_error', 'failed'],
		[404, 'not_found', 'failed'],
		[401, 'missing_api_key', 'postponed'],
		[403, 'invalid_api_key', 'postponed'],
		[429, 'rate_limit_exceeded', 'postponed'],
		[429, 'daily_quota_exceeded', 'postponed'],
	])('%s %s: %s', (status, name, kind) => {
		expect(outcomeOf(status, name, 'words', undefined).kind).toBe(kind);
	});

	it('waits as long as the response says, else a minute, or an hour for a quota', () => {
		const wait = (name: string, header?: string) => outcomeOf(429, name, '', header);
		expect(wait('rate_limit_exceeded', '7')).toMatchObject({ retryAfter: 7, problem: null });
		expect(wait('rate_limit_exceeded', 'soon')).toMatchObject({ retryAfter: 60 });
		expect(wait('monthly_quota_exceeded')).toMatchObject({
			retryAfter: 3600,
			problem: 'support_email_quota_exceeded',
		});
	});

	it('reports a rejected key', () => {
		expect(outcomeOf(403, 'invalid_api_key', '', undefined)).toMatchObject({
			problem: 'support_email_key_refused',
		});
	});
});
