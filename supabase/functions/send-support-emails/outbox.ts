import { z } from 'zod';
import type { CallDatabase } from '../_shared/database.ts';
import { mail, type Mail } from '../_shared/mail.ts';
import type { Outcome } from './send-mail.ts';

const customer = z.object({ name: z.string().nullable(), email: z.string().nullable() });
const claimedBase = z.object({
	id: z.string(),
	recipient: z.string(),
	idempotency_key: z.string(),
	request: mail.nullable(),
});
const claimed = z.discriminatedUnion('kind', [
	claimedBase.extend({
		kind: z.literal('user_reply'),
		chat_id: z.string(),
		unsubscribe_token: z.string(),
		customer: customer.nullable(),
		locale: z.string().nullable(),
		messages: z.array(z.object({ content: z.string(), sender_name: z.string().nullable() })).min(1),
	}),
	claimedBase.extend({
		kind: z.literal('staff_waiting'),
		chat_id: z.string(),
		customer: customer.nullable(),
		waiting_minutes: z.number(),
		first_message: z.string().nullable(),
	}),
	claimedBase.extend({ kind: z.literal('test') }),
]);
/** An email that this worker has claimed for four minutes. `request` is set if an earlier attempt stored its text. */
export type ClaimedMail = z.infer<typeof claimed>;

const template = z.object({
	kind: z.string(),
	locale: z.string(),
	subject: z.string(),
	body: z.string(),
});
const config = z.object({
	app_name: z.string(),
	email_from: z.string().nullable(),
	chat_url: z.string().nullable(),
	unsubscribe_url: z.string().nullable(),
	email_problem: z.string().nullable(),
	dashboard_url: z.string().nullable(),
	notification_locale: z.string(),
	templates: z.array(template),
});
export type EmailConfig = z.infer<typeof config>;

/** The outbox in the database, for one worker. Every call throws `DatabaseError`. */
export class Outbox {
	readonly worker = crypto.randomUUID();

	constructor(readonly call: CallDatabase) {}

	async config(): Promise<EmailConfig> {
		const [only] = await this.call('support_email_config', {}, z.tuple([config]));
		return only;
	}

	/** Claims due emails. A malformed one fails alone. */
	async claim(limit: number): Promise<ClaimedMail[]> {
		const args = { p_worker: this.worker, p_limit: limit };
		const rows = await this.call(
			'support_claim_emails',
			args,
			z.array(z.looseObject({ id: z.string() })),
		);
		const mails: ClaimedMail[] = [];
		for (const row of rows) {
			const { data, error } = claimed.safeParse(row);
			if (data) mails.push(data);
			else {
				const where = error.issues[0]?.path.join('.') ?? '';
				await this.finish(row.id, { kind: 'failed', error: `It is not as expected: ${where}` });
			}
		}
		return mails;
	}

	/** The text to send, perhaps of an earlier attempt; null if the email must not be sent. */
	begin(id: string, request: Mail): Promise<Mail | null> {
		const args = { p_id: id, p_worker: this.worker, p_request: request };
		return this.call('support_begin_email', args, mail.nullable());
	}

	async finish(id: string, outcome: Outcome): Promise<void> {
		const args = {
			p_id: id,
			p_worker: this.worker,
			p_outcome: outcome.kind,
			p_provider_id: outcome.kind === 'sent' ? outcome.providerId : null,
			p_error: outcome.kind === 'sent' ? null : outcome.error,
			p_retry_after: outcome.kind === 'postponed' ? outcome.retryAfter : null,
		};
		await this.call('support_finish_email', args, z.unknown());
	}

	/** Releases claims that were not begun. */
	async release(): Promise<void> {
		await this.call('support_release_emails', { p_worker: this.worker }, z.unknown());
	}

	/** Stores why nothing can be sent (null: no problem). Returns whether that changed. */
	reportProblem(problem: string | null): Promise<boolean> {
		return this.call('support_report_email_problem', { p_problem: problem }, z.boolean());
	}
}
