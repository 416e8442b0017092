import { describe, expect, it } from 'vitest';
import { sortSmtpError } from './smtp-outcome.ts';

const REFUSED = 'support_email_key_refused';

function sort(code: string, command: string, response?: string) {
	const answered = response ? { response, responseCode: Number(response.slice(0, 3)) } : {};
	return sortSmtpError(
		Object.assign(new Error(response ?? 'words'), { code, command, ...answered }),
	);
}

describe('sortSmtpError', () => {
	it.each([
		['EENVELOPE', 'RCPT TO', '550 5.1.1 No such user', 'failed'],
		['EENVELOPE', 'RCPT TO', '552 5.2.2 Mailbox has reached its daily limit', 'failed'],
		['EENVELOPE', 'RCPT TO', '450 4.2.0 Greylisted', 'retry'],
		['EENVELOPE', 'RCPT TO', '450 4.2.1 The user is receiving mail at a rate too high', 'retry'],
		['EENVELOPE', 'RCPT TO', '452 4.2.2 Over quota', 'retry'],
		['EENVELOPE', 'MAIL FROM', '552 5.3.4 Message too big', 'failed'],
		['EENVELOPE', 'MAIL FROM', '451 4.4.3 Try again', 'retry'],
		['EENVELOPE', 'DATA', '503 5.5.1 Bad sequence', 'retry'],
		['EMESSAGE', 'DATA', '554 5.7.1 Spam', 'failed'],
		['EMESSAGE', 'DATA', '451 4.3.0 Local error', 'retry'],
		['EENVELOPE', 'API', undefined, 'failed'],
		['EMESSAGE', 'MAIL FROM', undefined, 'failed'],
		['ECONNECTION', 'CONN', undefined, 'retry'],
		['ECONNECTION', 'CONN', '554 cut off', 'retry'],
		['ECONNECTION', 'CONN', '451 cut off', 'retry'],
		['EPROTOCOL', 'CONN', '250 unexpected', 'retry'],
		['ETIMEDOUT', 'CONN', undefined, 'retry'],
		['ESOCKET', 'CONN', undefined, 'retry'],
		['EDNS', 'CONN', undefined, 'retry'],
		['EABORT', 'API', undefined, 'retry'],
	])('%s at %s, %s: %s', (code, command, response, kind) => {
		expect(sort(code, command, response).kind).toBe(kind);
	});

	it.each([
		['EAUTH', 'AUTH PLAIN', '535 5.7.8 Bad credentials', 300, REFUSED],
		['EAUTH', 'AUTH LOGIN', '454 4.7.0 Temporary failure', 60, null],
		['EENVELOPE', 'MAIL FROM', '530 5.7.0 Authentication required', 300, REFUSED],
		['EENVELOPE', 'MAIL FROM', '550 5.7.1 Sender denied', 300, REFUSED],
		['EPROTOCOL', 'CONN', '554 5.7.1 Your address is blocked', 300, REFUSED],
		['EPROTOCOL', 'CONN', '421 Too many connections', 60, null],
		['ECONNECTION', 'CONN', '421 4.4.2 Closing', 60, null],
		['EENVELOPE', 'RCPT TO', '450 4.7.1 Rate limit exceeded', 60, null],
		['EMESSAGE', 'DATA', '454 Throttling failure: Maximum sending rate exceeded.', 60, null],
		[
			'EMESSAGE',
			'DATA',
			'454 Throttling failure: Daily message quota exceeded.',
			3600,
			'support_email_quota_exceeded',
		],
		[
			'EENVELOPE',
			'DATA',
			'550 5.4.5 Daily user sending limit exceeded.',
			3600,
			'support_email_quota_exceeded',
		],
		['ETLS', 'STARTTLS', '454 TLS not available', 300, 'support_email_server_insecure'],
		['ETLS', 'CONN', undefined, 300, 'support_email_server_insecure'],
	])('%s at %s, %s: waits', (code, command, response, retryAfter, problem) => {
		expect(sort(code, command, response)).toMatchObject({ kind: 'postponed', retryAfter, problem });
	});

	it('keeps the server’s text, cut to a limit, and accepts any thrown value', () => {
		const { error } = { error: '', ...sort('EENVELOPE', 'RCPT TO', `550 ${'x'.repeat(900)}`) };
		expect(error).toHaveLength(500);
		expect(sortSmtpError('gone')).toEqual({ kind: 'retry', error: 'gone' });
	});
});
