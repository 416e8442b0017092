import type { Mail } from '../_shared/mail.ts';

/** The time limit of a provider for one email, in milliseconds. */
export const ABORT_AFTER_MS = 15_000;

/**
 * The result of an attempt. `retry`: the provider may have accepted the email, or has a problem. `postponed`: it
 * accepted nothing, for a reason other than this email; the batch must stop, and `problem` is set if an admin must act.
 * `unknown`: the adapter itself threw.
 */
export type Outcome =
	| { kind: 'sent'; providerId: string }
	| { kind: 'failed'; error: string }
	| { kind: 'retry' | 'unknown'; error: string }
	| { kind: 'postponed'; error: string; retryAfter: number; problem: string | null };

/**
 * Sends an email with a key through one provider. Never throws. A repeated key means the same email, if the provider
 * supports it; see `providers/`.
 */
export type SendMail = (mail: Mail, idempotencyKey: string) => Promise<Outcome>;
