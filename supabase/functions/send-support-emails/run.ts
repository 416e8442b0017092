import type { ClaimedMail, Outbox } from './outbox.ts';
import type { Outcome, SendMail } from './send-mail.ts';
import { writeMail, type Sender } from './write-mail.ts';

export interface RunOptions {
	outbox: Outbox;
	/** The current settings, read for each batch; null if no email can be sent with them. */
	readSender: () => Promise<Sender | null>;
	sendMail: SendMail;
	/**
	 * When to start no further email, in milliseconds from the start: a run must end before the platform ends it (150
	 * s).
	 */
	budgetMs: number;
	/** The pause between two emails: providers accept only a few per second, Resend two. */
	pauseMs: number;
	log: (line: string) => void;
}

const BATCH = 10;
/** After this many failed attempts in a row, the run ends. */
const MOST_UNANSWERED = 2;

/**
 * Sends due emails until there are none, the time is up, or the provider requests a pause. An interrupted email is
 * claimed again after its lease, and sent again with the same text and key.
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
			// Read after the claim, so that the text is not older than the claim.
			const sender = await options.readSender();
			if (sender === null) return { sent };
			for (const claimed of batch) {
				if (Date.now() >= end) return { sent };
				const kind = await sendOne(options, sender, claimed);
				if (kind === 'sent') sent += 1;
				unanswered = kind === 'retry' || kind === 'unknown' ? unanswered + 1 : 0;
				if (kind === 'postponed' || unanswered >= MOST_UNANSWERED) return { sent };
				if (kind !== 'skipped') await new Promise((resolve) => setTimeout(resolve, pauseMs));
			}
		}
	} finally {
		await outbox.release();
	}
}

async function sendOne(
	{ outbox, sendMail, log }: RunOptions,
	sender: Sender,
	claimed: ClaimedMail,
): Promise<Outcome['kind'] | 'skipped'> {
	const { id } = claimed;
	const words = claimed.request ?? attemptToWrite(sender, claimed);
	if (typeof words === 'string') {
		log(`mail ${id} cannot be written: ${words}`);
		// The email would fail again the same way, and the others need not wait for it.
		await outbox.finish(id, { kind: 'failed', error: `It cannot be written: ${words}` });
		return 'failed';
	}
	// The last check of the skip reasons, as late as possible.
	const request = await outbox.begin(id, words).catch(async (error: unknown) => {
		log(`mail ${id} could not be begun: ${String(error)}`);
		const outcome = {
			kind: 'postponed',
			error: String(error),
			retryAfter: 300,
			problem: null,
		} as const;
		await outbox.finish(id, outcome);
		return undefined;
	});
	if (request === undefined) return 'retry';
	if (request === null) return 'skipped';
	const outcome = await sendMail(request, claimed.idempotency_key).catch(
		// A provider that throws may have sent the email.
		(error: unknown): Outcome => ({ kind: 'unknown', error: String(error) }),
	);
	await outbox.finish(id, outcome);
	if (outcome.kind === 'failed') log(`mail ${id} was refused: ${outcome.error}`);
	if (outcome.kind === 'postponed' && outcome.problem !== null)
		if (await outbox.reportProblem(outcome.problem)) log(`no mails leave: ${outcome.error}`);
	return outcome.kind;
}

/** The email, or the reason why it cannot be written. */
function attemptToWrite(
	sender: Sender,
	claimed: ClaimedMail,
): ReturnType<typeof writeMail> | string {
	try {
		return writeMail(sender, claimed);
	} catch (error) {
		return String(error);
	}
}
