import type { ClaimedDelivery, Outbox } from './outbox.ts';
import type { SendWebhook } from './send-webhook.ts';

export interface RunOptions {
	outbox: Outbox;
	send: SendWebhook;
	/** When to begin nothing more, in milliseconds from the start: a run must end before the platform ends it (150 s). */
	budgetMs: number;
	log: (line: string) => void;
}

/** Four of each of ten webhooks: the database gives no more of one, so none waits for the places of another. */
const AT_ONCE = 40;

/**
 * Delivers what is due until nothing is, or the time is up. What is cut off at any line is claimed again when its lease has
 * ended, and sent under the same webhook-id: at least once, perhaps twice.
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
