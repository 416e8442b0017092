import { randomUUID } from 'node:crypto';
import { become, becomeOwner, rpcIn, secretKey, type Row, type Transaction } from './database';
import type { Person } from './people';

/** Every event, in the order in which they are kept. */
export const EVENTS = [
	'chat.created',
	'conversation.started',
	'conversation.accepted',
	'conversation.transferred',
	'conversation.requeued',
	'conversation.escalated',
	'conversation.ended',
	'conversation.rated',
	'message.created',
];

/** An admin adds a webhook: its id, and its secret. */
export async function addWebhook(
	tx: Transaction,
	admin: Person,
	url = `https://hooks.example.com/${randomUUID()}`,
	events: string[] = EVENTS,
): Promise<{ id: string; secret: string }> {
	await become(tx, admin);
	const [made] = await rpcIn(tx, 'create_support_webhook', { p_url: url, p_events: events });
	await becomeOwner(tx);
	return { id: String(made!.id), secret: String(made!.secret) };
}

/** Puts deliveries of `test.ping` into the outbox. */
export async function addDeliveries(
	tx: Transaction,
	webhookId: string,
	count = 1,
): Promise<string[]> {
	const rows = await tx<{ id: string }[]>`
		insert into public.support_webhook_deliveries (webhook_id, event, payload)
		select ${webhookId}, 'test.ping', '{"type": "test.ping", "data": {}}' from generate_series(1, ${count})
		returning id`;
	return rows.map(({ id }) => id);
}

/** The worker claims due deliveries. */
export async function claim(tx: Transaction, worker: string, limit = 40): Promise<Row[]> {
	await become(tx, secretKey);
	const args = { p_worker: worker, p_limit: limit };
	const rows = await rpcIn(tx, 'support_claim_webhook_deliveries', args);
	await becomeOwner(tx);
	return rows;
}

/** The worker reports the outcome of an attempt of a claimed delivery. */
export async function finish(
	tx: Transaction,
	worker: string,
	{ id, attempt }: Row,
	outcome: { status?: number; error?: string; retryAfter?: number },
): Promise<void> {
	await become(tx, secretKey);
	await rpcIn(tx, 'support_finish_webhook_delivery', {
		p_id: id,
		p_worker: worker,
		p_attempt: attempt,
		p_status_code: outcome.status ?? null,
		p_error: outcome.error ?? null,
		p_milliseconds: 12,
		p_retry_after: outcome.retryAfter ?? null,
	});
	await becomeOwner(tx);
}

/** Time passes for deliveries, not for the clock. */
export async function wait(tx: Transaction, time: string): Promise<void> {
	await tx`
		update public.support_webhook_deliveries
		set next_attempt_at = next_attempt_at - ${time}::interval, lease_expires_at = lease_expires_at - ${time}::interval`;
}

export async function deliveries(tx: Transaction, webhookId: string): Promise<Row[]> {
	return tx<Row[]>`
		select *, extract(epoch from next_attempt_at - now())::float as due_in
		from public.support_webhook_deliveries where webhook_id = ${webhookId} order by created_at, id`;
}

export async function webhook(tx: Transaction, id: string): Promise<Row> {
	const [row] = await tx<Row[]>`select * from public.support_webhooks where id = ${id}`;
	return row!;
}

export async function attempts(tx: Transaction, deliveryId: string): Promise<Row[]> {
	return tx<Row[]>`
		select attempt, status_code, error, milliseconds from public.support_webhook_attempts
		where delivery_id = ${deliveryId} order by attempt`;
}
