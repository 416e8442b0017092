import type { ClaimedMail, Outbox } from './outbox.ts';
import type { SendMail } from './send-mail.ts';
import { writeMail, type Sender } from './write-mail.ts';

export interface RunOptions {
	outbox: Outbox;
	sender: Sender;
	sendMail: SendMail;
	/** When to begin nothing more, in milliseconds from the start: a run must end before the platform ends it (150 s). */
	budgetMs: number;
	/** Between two mails: providers take a few a second, Resend two. */
	pauseMs: number;
	log: (line: string) => void;
}

const BATCH = 10;
/** So many attempts in a row without an answer, and the provider is left alone until the next run. */
const MOST_UNANSWERED = 2;

/**
 * Sends what is due until nothing is, the time is up, or the provider asks to wait. What is cut off at any line is claimed
 * again when its lease has ended, and goes out in the same words under the same key.
 */
export async function run(options: RunOptions): Promise<{ sent: number }> {
	const { outbox, budgetMs, pauseMs } = options;
	const end = Date.now() + budgetMs;
	let sent = 0;
	let unanswered = 0;
	try {
		for (;;) {
			const batch = await outbox.claim(BATCH);
			if (batch.length === 0) return { sent };
			for (const claimed of batch) {
				if (Date.now() >= end) return { sent };
				const kind = await sendOne(options, claimed);
				if (kind === 'sent') sent += 1;
				unanswered = kind === 'retry' ? unanswered + 1 : 0;
				if (kind === 'postponed' || unanswered >= MOST_UNANSWERED) return { sent };
				if (kind !== 'skipped') await new Promise((resolve) => setTimeout(resolve, pauseMs));
			}
		}
	} finally {
		await outbox.release();
	}
}

async function sendOne(
	{ outbox, sender, sendMail, log }: RunOptions,
	claimed: ClaimedMail,
): Promise<'sent' | 'failed' | 'retry' | 'postponed' | 'skipped'> {
	const words = claimed.request ?? writeMail(sender, claimed);
	// The last look at whether it is still wanted, as late as can be.
	const request = await outbox.begin(claimed.id, words);
	if (!request) return 'skipped';
	const outcome = await sendMail(request, claimed.idempotency_key);
	await outbox.finish(claimed.id, outcome);
	if (outcome.kind === 'failed') log(`mail ${claimed.id} was refused: ${outcome.error}`);
	if (outcome.kind === 'postponed' && outcome.problem !== null)
		if (await outbox.reportProblem(outcome.problem)) log(`no mails leave: ${outcome.error}`);
	return outcome.kind;
}
