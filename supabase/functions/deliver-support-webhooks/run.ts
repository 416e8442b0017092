import type { ClaimedDelivery, Outbox } from './outbox.ts';
import type { SendWebhook } from './send-webhook.ts';

export interface RunOptions {
	outbox: Outbox;
	send: SendWebhook;
	/**
	 * When to start no further batch, in milliseconds from the start: a run must end before the platform ends it (150
	 * s).
	 */
	budgetMs: number;
	log: (line: string) => void;
}

/**
 * Four for each of ten webhooks. The database returns at most four of one webhook, so a slow one does not block the
 * others.
 */
const AT_ONCE = 40;

/**
 * Delivers due deliveries until there are none, or the time is up. An interrupted delivery is claimed again after its
 * lease, and sent with the same webhook-id: at least once, perhaps twice.
 */
export async function run({ outbox, send, budgetMs, log }: RunOptions): Promise<void> {
	const end = Date.now() + budgetMs;
	const underWay = new Set<Promise<void>>();
	const begin = (delivery: ClaimedDelivery): void => {
		const work: Promise<void> = deliver(delivery).finally(() => underWay.delete(work));
		underWay.add(work);
	};
	async function deliver(delivery: ClaimedDelivery): Promise<void> {
		const outcome = await send(delivery);
		await outbox.finish(delivery, outcome).catch((error: unknown) => {
			log(`delivery ${delivery.id}: how it ended could not be stored: ${String(error)}`);
		});
	}
	try {
		while (Date.now() < end) {
			(await outbox.claim(AT_ONCE - underWay.size)).forEach(begin);
			if (underWay.size === 0) return;
			await Promise.race(underWay);
		}
	} finally {
		await Promise.all(underWay);
	}
}
