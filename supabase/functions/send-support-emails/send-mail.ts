import type { Mail } from '../_shared/mail.ts';

/** The time limit of a provider for one email, in milliseconds. */
export const ABORT_AFTER_MS = 15_000;

/**
 * How an attempt ended. `retry`: whether the provider took the mail is not known, or it has trouble. `postponed`: it took nothing,
 * and not because of this mail; the whole batch had better stop, and `problem` says if a person must act. `unknown`: the adapter
 * itself threw.
 */
export type Outcome =
	| { kind: 'sent'; providerId: string }
	| { kind: 'failed'; error: string }
	| { kind: 'retry' | 'unknown'; error: string }
	| { kind: 'postponed'; error: string; retryAfter: number; problem: string | null };

/**
 * Sends an email under a key, through one provider. Never throws. A repeated key means the same email, as far
 * as the provider supports it: see `providers/`.
 */
export type SendMail = (mail: Mail, idempotencyKey: string) => Promise<Outcome>;
