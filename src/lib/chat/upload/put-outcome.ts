import { chatError, type ChatError } from '../errors';
import type { PutAnswer } from './transport';

/** `stored`: the bytes are there. `renew`: the token is not accepted any more. */
export type PutOutcome = 'stored' | 'renew' | ChatError;

const field = (body: unknown, name: string): string =>
	String((typeof body === 'object' && body !== null && Reflect.get(body, name)) || '');

/**
 * The meaning of a response of Storage, which often has status 400 and the real status in `statusCode`.
 *
 * See https://supabase.com/docs/guides/storage/debugging/error-codes
 */
export function putOutcome({ status, body }: PutAnswer): PutOutcome {
	if (status >= 200 && status < 300) return 'stored';
	if (status === 0) return chatError('network');
	const real = Number(field(body, 'statusCode')) || status;
	const detail = [field(body, 'error'), field(body, 'message')].filter(Boolean).join(': ');
	// Under a name that only we know: an earlier try of ours, whose response was lost.
	if (real === 409 || /duplicate|already exists/i.test(detail)) return 'stored';
	if (real === 401 || /\bexp\b|jwt|invalid signature/i.test(detail)) return 'renew';
	if (real === 413) return chatError('support_upload_too_large', real, detail);
	if (real === 415) return chatError('support_upload_type', real, detail);
	if (real === 429) return chatError('support_upload_rate_limited', real, detail);
	if (real === 408 || real === 425 || real >= 500) return chatError('server', real, detail);
	// A captive portal, a proxy.
	if (body === undefined) return chatError('unexpected_answer', real);
	return chatError('support_upload_conflict', real, detail);
}
