import { Resend } from 'resend';
import { ABORT_AFTER_MS, type Outcome, type SendMail } from '../send-mail.ts';

/** Sends through Resend; `baseUrl` replaces its address. */
export function resendSender({
	apiKey,
	baseUrl,
	abortAfterMs = ABORT_AFTER_MS,
}: {
	apiKey: string;
	baseUrl?: string;
	abortAfterMs?: number;
}): SendMail {
	const resend = new Resend(apiKey, { baseUrl });
	return async (mail, idempotencyKey) => {
		const options = { idempotencyKey, signal: AbortSignal.timeout(abortAfterMs) };
		const { data, error, headers } = await resend.emails.send(mail, options);
		if (data) return { kind: 'sent', providerId: data.id };
		return outcomeOf(error.statusCode, error.name, error.message, headers?.['retry-after']);
	};
}

/** Classifies Resend's errors: https://resend.com/docs/api-reference/errors */
export function outcomeOf(
	status: number | null,
	name: string,
	message: string,
	retryAfter: string | undefined,
): Outcome {
	const error = `${status ?? 'no answer'} ${name}: ${message}`.slice(0, 500);
	if (status === 401 || name === 'invalid_api_key')
		return { kind: 'postponed', error, retryAfter: 300, problem: 'support_email_key_refused' };
	if (status === 429) {
		const quota = name.endsWith('quota_exceeded');
		return {
			kind: 'postponed',
			error,
			retryAfter: seconds(retryAfter) ?? (quota ? 3600 : 60),
			problem: quota ? 'support_email_quota_exceeded' : null,
		};
	}
	if (name === 'concurrent_idempotent_requests') return { kind: 'retry', error };
	if (status !== null && status >= 400 && status < 500 && status !== 408)
		return { kind: 'failed', error };
	return { kind: 'retry', error };
}

function seconds(retryAfter: string | undefined): number | null {
	return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null;
}
