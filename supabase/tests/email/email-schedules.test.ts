import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
	answer,
	claim,
	makeChat,
	notifications,
	read,
	useEmailProject,
	wait,
	type Row,
} from '../helpers/email-project';

const project = useEmailProject();

type Step =
	| { do: 'answer' | 'read' | 'write' }
	| { do: 'wait'; minutes: number }
	| { do: 'run'; ends: 'sent' | 'retry' | 'postponed' | 'crash' };

const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 4, arbitrary: fc.constant<Step>({ do: 'answer' }) },
	{ weight: 1, arbitrary: fc.constant<Step>({ do: 'read' }) },
	{
		weight: 5,
		arbitrary: fc.integer({ min: 1, max: 9 }).map<Step>((minutes) => ({ do: 'wait', minutes })),
	},
	{
		weight: 5,
		arbitrary: fc
			.constantFrom<'sent' | 'retry' | 'postponed' | 'crash'>(
				'sent',
				'sent',
				'retry',
				'postponed',
				'crash',
			)
			.map<Step>((ends) => ({ do: 'run', ends })),
	},
);

/**
 * Emails that the provider accepted: the replies (by seq) of each email under its key. It remembers keys, as
 * Resend does.
 */
class Provider {
	readonly taken = new Map<string, number[]>();
	take(key: string, seqs: number[]): void {
		if (!this.taken.has(key)) this.taken.set(key, seqs);
	}
	get mailed(): number[] {
		return [...this.taken.values()].flat();
	}
}

const request = (seqs: number[]): Row => ({
	from: 'a@b.c',
	to: ['x@y.z'],
	subject: seqs.join(','),
	html: 'h',
	text: 't',
	headers: {},
});

async function runOnce(
	provider: Provider,
	unread: () => Promise<number[]>,
	ends: string,
): Promise<void> {
	const worker = randomUUID();
	for (const mail of await claim(project, worker)) {
		const words = request((mail.messages as Row[]).map(({ seq }) => seq));
		const begun: Row | null = await project.call(
			'support_begin_email',
			{ p_id: mail.id, p_worker: worker, p_request: words },
			z.any(),
		);
		if (!begun) continue;
		const seqs = String(begun.subject).split(',').map(Number);
		const stillUnread = await unread();
		expect(seqs.some((seq) => stillUnread.includes(seq))).toBe(true);
		// `retry` is a cut connection after the provider's yes; a crash leaves our mark unmade.
		if (ends !== 'postponed') provider.take(mail.idempotency_key, seqs);
		if (ends === 'crash') continue;
		await project.call(
			'support_finish_email',
			{
				p_id: mail.id,
				p_worker: worker,
				p_outcome: ends,
				p_error: ends,
				p_provider_id: 'x',
				p_retry_after: 60,
			},
			z.any(),
		);
	}
}

test('in every order of events each unread reply is emailed once, and one that was read is not', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
			const { chatId } = await makeChat(project);
			const provider = new Provider();
			const unread = async (): Promise<number[]> =>
				(
					await project.sql<Row[]>`
						select seq from public.support_messages where chat_id = ${chatId} and read_at is null and sender_type = 'admin'`
				).map(({ seq }) => seq);
			for (const one of steps) {
				if (one.do === 'answer') await answer(project, chatId);
				if (one.do === 'read') await read(project, chatId);
				if (one.do === 'wait') await wait(project, `${one.minutes} minutes`);
				if (one.do === 'run') await runOnce(provider, unread, one.ends);
			}
			// Time goes on, and the worker works: nothing may stay behind.
			for (let round = 0; round < 4; round++) {
				await wait(project, '16 minutes');
				await runOnce(provider, unread, 'sent');
			}
			expect(new Set(provider.mailed).size).toBe(provider.mailed.length);
			for (const seq of await unread()) expect(provider.mailed).toContain(seq);
			for (const { status } of await notifications(project, chatId))
				expect(['sent', 'skipped']).toContain(status);
			await project.sql`delete from public.support_chats where id = ${chatId}`;
		}),
		{ numRuns: 40 },
	);
}, 180_000);
