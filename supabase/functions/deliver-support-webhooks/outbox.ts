import { z } from 'zod';
import type { CallDatabase } from '../_shared/database.ts';

const claimed = z.object({
	id: z.string(),
	webhook_id: z.string(),
	url: z.string(),
	is_private_target: z.boolean(),
	secrets: z.array(z.string()).min(1),
	payload: z.json(),
	attempt: z.number(),
});
/** A delivery that this worker has claimed for a minute. */
export type ClaimedDelivery = z.infer<typeof claimed>;

/** The result of an attempt: the receiver's status, or a sentence about why there is none, or both. */
export interface Outcome {
	status: number | null;
	error: string | null;
	/** In seconds, from the receiver's response. */
	retryAfter: number | null;
	milliseconds: number;
}

/** The outbox in the database, for one worker. Every call throws `DatabaseError`. */
export class Outbox {
	readonly worker = crypto.randomUUID();

	constructor(readonly call: CallDatabase) {}

	/** Claims due deliveries. A malformed one (for example, without its secret in Vault) fails alone. */
	async claim(limit: number): Promise<ClaimedDelivery[]> {
		const args = { p_worker: this.worker, p_limit: limit };
		const row = z.looseObject({ id: z.string(), attempt: z.number() });
		const rows = await this.call('support_claim_webhook_deliveries', args, z.array(row));
		const deliveries: ClaimedDelivery[] = [];
		for (const each of rows) {
			const { data, error } = claimed.safeParse(each);
			if (data) deliveries.push(data);
			else {
				const where = error.issues[0]?.path.join('.') ?? '';
				const sentence = `The delivery cannot be sent: see ${where} of the webhook.`;
				await this.finish(each, {
					status: null,
					error: sentence,
					retryAfter: null,
					milliseconds: 0,
				});
			}
		}
		return deliveries;
	}

	async finish(
		{ id, attempt }: Pick<ClaimedDelivery, 'id' | 'attempt'>,
		outcome: Outcome,
	): Promise<void> {
		const args = {
			p_id: id,
			p_worker: this.worker,
			p_attempt: attempt,
			p_status_code: outcome.status,
			p_error: outcome.error,
			p_milliseconds: outcome.milliseconds,
			p_retry_after: outcome.retryAfter,
		};
		await this.call('support_finish_webhook_delivery', args, z.unknown());
	}
}
