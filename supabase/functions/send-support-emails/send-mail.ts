import type { Mail } from '../_shared/mail.ts';

/** How long a provider has for one mail, in milliseconds. */
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
 * Sends a mail under a key, through one provider. Never throws. A mail under a key that the provider had before is the same
 * mail, as far as the provider can tell: see `providers/`.
 */
export type SendMail = (mail: Mail, idempotencyKey: string) => Promise<Outcome>;
