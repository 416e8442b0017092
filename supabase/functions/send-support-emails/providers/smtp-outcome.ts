import { z } from 'zod';
import type { Outcome } from '../send-mail.ts';

/** A server's text, cut to 1,000 characters. */
const words = z.string().transform((text) => text.slice(0, 1000));

/** The fields of a nodemailer error: https://nodemailer.com/errors */
const smtpError = z.object({
	message: words,
	/** The kind: EAUTH, EENVELOPE (sender, recipient), EMESSAGE (the text), ETLS, ECONNECTION, ETIMEDOUT … */
	code: z.string().optional().catch(undefined),
	/** The error code of the operating system or the TLS library. */
	originalCode: words.optional().catch(undefined),
	/** The status of the server's response, if there was one: https://www.rfc-editor.org/rfc/rfc5321#section-4.2 */
	responseCode: z.number().optional().catch(undefined),
	response: words.optional().catch(undefined),
	/** The command that failed: CONN (the greeting), EHLO, AUTH PLAIN, MAIL FROM, RCPT TO, DATA … */
	command: z.string().optional().catch(undefined),
});
type SmtpError = z.infer<typeof smtpError>;

const BEFORE_THE_MAIL = /^(CONN|EHLO|HELO|LHLO|STARTTLS|AUTH\b.*)$/;
const AUTHENTICATION = [530, 534, 535, 538];
/** The enhanced code (x.1.x, x.2.x) is about the address or its mailbox, so only this email fails. */
const ABOUT_RECIPIENT = /^[45]\d\d[ -][45]\.[12]\.\d/;
const QUOTA = /\b(daily|monthly|sending)\b[^.]*\b(quota|limit)\b/i;
const RATE = /\b(rate|throttl\w*|too (many|fast|quickly|much)|slow down)\b/i;
const UNTRUSTED = /CERT|SELF_SIGNED|ERR_(SSL|TLS)|invalid peer certificate/i;

/**
 * Classifies an SMTP error. A server has not accepted an email that it rejected; only lost responses leave that open.
 */
export function sortSmtpError(thrown: unknown): Outcome {
	const parsed = smtpError.safeParse(thrown);
	if (!parsed.success) return { kind: 'retry', error: String(thrown).slice(0, 500) };
	const failure = parsed.data;
	const error = wordsOf(failure);
	const wait = (retryAfter: number, problem: string | null): Outcome => ({
		kind: 'postponed',
		error,
		retryAfter,
		problem,
	});
	if (isInsecure(failure)) return wait(300, 'support_email_server_insecure');
	if (failure.responseCode === undefined) {
		const wrong = failure.code === 'EENVELOPE' || failure.code === 'EMESSAGE';
		return { kind: wrong ? 'failed' : 'retry', error };
	}
	if (isQuota(failure)) return wait(3600, 'support_email_quota_exceeded');
	if (isRefusedForAll(failure)) return wait(300, 'support_email_key_refused');
	if (isTooFast(failure)) return wait(60, null);
	const permanent =
		failure.responseCode >= 500 && failure.responseCode !== 503 && failure.code !== 'ECONNECTION';
	return { kind: permanent ? 'failed' : 'retry', error };
}

function wordsOf({ message, code, originalCode, responseCode }: SmtpError): string {
	const name = responseCode === undefined ? (originalCode ?? code) : undefined;
	return `${name === undefined ? '' : `${name}: `}${message}`.slice(0, 500);
}

function isInsecure({ code, originalCode, message, responseCode, command }: SmtpError): boolean {
	if (code === 'ETLS') return responseCode === undefined || command === 'STARTTLS';
	return (
		responseCode === undefined && (UNTRUSTED.test(originalCode ?? '') || UNTRUSTED.test(message))
	);
}

function isQuota({ responseCode, response = '' }: SmtpError): boolean {
	return responseCode !== 421 && QUOTA.test(response) && !ABOUT_RECIPIENT.test(response);
}

/** The error is about the sender, its password, or this machine, so the next email would fail as well. */
function isRefusedForAll(failure: SmtpError): boolean {
	const { responseCode = 0, command } = failure;
	if (AUTHENTICATION.includes(responseCode)) return true;
	if (responseCode < 500 || responseCode === 503) return false;
	if (isBeforeTheMail(failure)) return true;
	return command === 'MAIL FROM' && responseCode !== 552;
}

/** A busy server may send 421 at any point; other codes apply to the current command. */
function isTooFast(failure: SmtpError): boolean {
	const { responseCode = 0, response = '' } = failure;
	if (responseCode === 421) return true;
	if (responseCode < 400 || responseCode >= 500) return false;
	if (isBeforeTheMail(failure)) return true;
	return RATE.test(response) && !ABOUT_RECIPIENT.test(response);
}

/** A text without a line end from a lost connection (ECONNECTION) may come at any point, for any command. */
function isBeforeTheMail({ code, command = '' }: SmtpError): boolean {
	return code !== 'ECONNECTION' && BEFORE_THE_MAIL.test(command);
}
