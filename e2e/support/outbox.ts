import type postgres from 'postgres';
import { z } from 'zod';
import type { Site } from '../site/start-site';

const mails = z.array(
	z.object({
		to: z.array(z.string()),
		subject: z.string(),
		html: z.string().nullable(),
		text: z.string().nullable(),
		headers: z.record(z.string(), z.string()),
		unsubscribe_url: z.string().nullable(),
	}),
);
export type Mail = z.infer<typeof mails>[number];

/** The emails to one address, newest first. */
export async function mailsTo(site: Site, email: string): Promise<Mail[]> {
	const answer = await fetch(`${site.outboxUrl}/api/mails`);
	return mails.parse(await answer.json()).filter((mail) => mail.to.includes(email));
}

/** Runs every cron job of the support chat once, as pg_cron does each minute. */
export async function tick(db: postgres.Sql): Promise<void> {
	const jobs = await db<{ command: string }[]>`select command from cron.job
		where jobname like 'support%' and active`;
	if (jobs.length === 0) throw new Error('There is no cron job of the support chat.');
	for (const { command } of jobs) await db.unsafe(command);
}
