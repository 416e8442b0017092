import { z } from 'zod';

const address = z
	.string()
	.max(400)
	.refine((value) => /^[^\r\n]*@[^\s@<>]+\.?[^\s@<>]*>?$/.test(value), 'is not an email address');
const addresses = z.union([address.transform((one) => [one]), z.array(address).min(1).max(50)]);
const headerLine = z.string().refine((value) => !/[\r\n]/.test(value), 'has a line break');

/** The checked part of the body of `POST /emails`. https://resend.com/docs/api-reference/emails/send-email */
export const sendRequest = z
	.looseObject({
		from: address,
		to: addresses,
		subject: headerLine.min(1).max(998),
		html: z.string().optional(),
		text: z.string().optional(),
		reply_to: addresses.optional(),
		headers: z.record(z.string().regex(/^[!-9;-~]+$/), headerLine).optional(),
	})
	.refine((mail) => mail.html !== undefined || mail.text !== undefined, {
		message: 'Missing `html` or `text` field.',
	});

/** An accepted email, as `GET /api/mails` lists it (newest first). */
export interface Mail {
	id: string;
	created_at: string;
	from: string;
	to: string[];
	reply_to: string[];
	subject: string;
	html: string | null;
	text: string | null;
	headers: Record<string, string>;
	/** The address in the List-Unsubscribe header. */
	unsubscribe_url: string | null;
	idempotency_key: string | null;
}

/** A request to the sending endpoints with any result: `GET /api/requests` lists them, oldest first. */
export interface SendAttempt {
	path: string;
	idempotency_key: string | null;
	body: string;
	/** The status of the response; null while hanging and after a reset. */
	status: number | null;
}

/**
 * Faults for the next requests, used in order, each for one request (or `times`). `status` responds with an error and
 * accepts nothing. `hang` accepts nothing and never responds; `reset` closes the connection. `reset_after_accept`
 * accepts the email and then closes the connection. With `to`, only emails to that address match.
 */
export const fault = z.discriminatedUnion('kind', [
	z.strictObject({
		kind: z.literal('status'),
		status: z.int().min(400).max(599),
		name: z.string().default('application_error'),
		message: z.string().default('A scripted fault'),
		retry_after: z.int().min(0).optional(),
		to: z.string().optional(),
		times: z.int().min(1).default(1),
	}),
	z.strictObject({
		kind: z.enum(['hang', 'reset', 'reset_after_accept']),
		to: z.string().optional(),
		times: z.int().min(1).default(1),
	}),
]);
export type Fault = z.infer<typeof fault>;

/** An error response of Resend's API. https://resend.com/docs/api-reference/errors */
export class ResendError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly retryAfter?: number,
	) {
		super(message);
	}
}
