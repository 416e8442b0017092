import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
	answer,
	makeChat,
	notifications,
	read,
	say,
	useEmailProject,
	wait,
	type Row,
} from '../helpers/email-project';
import { seededRandom } from '../../functions/_shared/files/testing/random';

const project = useEmailProject();

const finish = (
	sql: typeof project.sql,
	id: string,
	worker: string,
	outcome: string,
): Promise<unknown> =>
	sql`select public.support_finish_email(${id}, ${worker}, ${outcome}, null, 'for the test', 30)`.then();

/** An email that a worker has begun to send. */
async function begun(chatId: string, worker: string): Promise<string> {
	await answer(project, chatId, 'One');
	await wait(project, '5 minutes');
	const claimed = await project.sql<
		Row[]
	>`select * from public.support_claim_emails(${worker}, 100)`;
	const mail = claimed.find(({ request }) => request === null);
	await project.sql`select public.support_begin_email(${mail!.id}, ${worker}, ${project.sql.json({ subject: 's' })})`;
	return mail!.id;
}

/** Resolves when a session of the database waits for a lock that another holds. */
async function untilOneWaits(): Promise<void> {
	await expect
		.poll(async () => {
			const rows = await project.sql`
				select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
			return rows.length;
		})
		.toBe(1);
}

const merged = [{ status: 'pending', first_seq: 1, last_seq: 2, attempts: 0, request: null }];

describe('an email is postponed while a reply arrives', () => {
	test('the reply is stored first: one email has both', async () => {
		const [{ chatId }, worker] = [await makeChat(project), randomUUID()];
		const id = await begun(chatId, worker);
		let postponed: Promise<unknown> | undefined;
		await project.sql.begin(async (tx) => {
			await say(tx as unknown as typeof project.sql, chatId, 'Two', 'admin');
			postponed = finish(project.sql, id, worker, 'postponed');
			await untilOneWaits();
		});
		await postponed;
		expect(await notifications(project, chatId)).toMatchObject(merged);
	});

	test('the email is postponed first: one email has both', async () => {
		const [{ chatId }, worker] = [await makeChat(project), randomUUID()];
		const id = await begun(chatId, worker);
		let answered: Promise<unknown> | undefined;
		await project.sql.begin(async (tx) => {
			await finish(tx as unknown as typeof project.sql, id, worker, 'postponed');
			answered = answer(project, chatId, 'Two');
			await untilOneWaits();
		});
		await answered;
		expect(await notifications(project, chatId)).toMatchObject(merged);
	});

	test('the reply has its own email, which another worker holds: that worker sends nothing, and one email has both', async () => {
		const [{ chatId }, worker, other] = [await makeChat(project), randomUUID(), randomUUID()];
		const id = await begun(chatId, worker);
		await answer(project, chatId, 'Two');
		await wait(project, '3 minutes');
		await project.sql`update public.support_notifications set due_at = now() where id <> ${id}`;
		const [held] = await project.sql<
			Row[]
		>`select * from public.support_claim_emails(${other}, 100)`;
		await finish(project.sql, id, worker, 'postponed');
		const [words] = await project.sql<Row[]>`
			select public.support_begin_email(${held!.id}, ${other}, ${project.sql.json({})}) as request`;
		expect(words!.request).toBeNull();
		expect(await notifications(project, chatId)).toMatchObject(merged);
		const attempts = await project.sql<
			Row[]
		>`select outcome from public.support_notification_attempts`;
		expect(attempts.map(({ outcome }) => outcome)).toEqual(['postponed']);
	});

	test('a reply between claim and sending is in an email, also past the longest wait', async () => {
		const [{ chatId }, worker] = [await makeChat(project), randomUUID()];
		await answer(project, chatId, 'One');
		await wait(project, '15 minutes');
		const [held] = await project.sql<
			Row[]
		>`select * from public.support_claim_emails(${worker}, 100)`;
		await answer(project, chatId, 'Two');
		const [words] = await project.sql<Row[]>`
			select public.support_begin_email(${held!.id}, ${worker}, ${project.sql.json({})}) as request`;
		expect(words!.request).toBeNull();
		const [mail] = await project.sql<
			Row[]
		>`select * from public.support_claim_emails(${worker}, 100)`;
		expect(mail!.messages).toMatchObject([{ content: 'One' }, { content: 'Two' }]);
	});

	test('two emails of one chat are postponed: one email has both, and the attempts of both', async () => {
		const [{ chatId }, worker] = [await makeChat(project), randomUUID()];
		const first = await begun(chatId, worker);
		const second = await begun(chatId, worker);
		await Promise.all([
			finish(project.sql, first, worker, 'postponed'),
			finish(project.sql, second, worker, 'postponed'),
		]);
		expect(await notifications(project, chatId)).toMatchObject(merged);
		const attempts = await project.sql<Row[]>`
			select attempt, outcome from public.support_notification_attempts order by attempt`;
		expect([...attempts]).toEqual([
			{ attempt: 1, outcome: 'postponed' },
			{ attempt: 2, outcome: 'postponed' },
		]);
	});
});

describe('a chat that comes back from the archive', () => {
	const archive = (chatId: string, archived: boolean): Promise<unknown> =>
		project.sql`
			update public.support_chats set archived_at = ${archived ? new Date() : null} where id = ${chatId}`.then();
	const skipArchived = async (chatId: string): Promise<void> => {
		await archive(chatId, true);
		await wait(project, '5 minutes');
		expect(
			await project.sql`select * from public.support_claim_emails(${randomUUID()})`,
		).toHaveLength(0);
		expect(await notifications(project, chatId)).toMatchObject([{ skip_reason: 'archived' }]);
	};

	test('its unread replies are emailed', async () => {
		const { chatId } = await makeChat(project);
		await answer(project, chatId, 'One');
		await skipArchived(chatId);
		await archive(chatId, false);
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'pending', skip_reason: null },
		]);
		expect(
			await project.sql`select * from public.support_claim_emails(${randomUUID()})`,
		).toHaveLength(0);
		await wait(project, '5 minutes');
		expect(
			await project.sql`select * from public.support_claim_emails(${randomUUID()})`,
		).toHaveLength(1);
	});

	test('by a reply: that one and the earlier ones are one email, five minutes later', async () => {
		const { chatId } = await makeChat(project);
		await answer(project, chatId, 'One');
		await skipArchived(chatId);
		await wait(project, '1 day');
		await answer(project, chatId, 'Two');
		await wait(project, '4 minutes 50 seconds');
		expect(
			await project.sql`select * from public.support_claim_emails(${randomUUID()})`,
		).toHaveLength(0);
		await wait(project, '10 seconds');
		const [mail] = await project.sql<
			Row[]
		>`select * from public.support_claim_emails(${randomUUID()})`;
		expect(mail!.messages).toMatchObject([{ content: 'One' }, { content: 'Two' }]);
	});

	test('emails nothing that was read, and nothing that may have been sent', async () => {
		const { chatId } = await makeChat(project);
		await answer(project, chatId, 'One');
		await skipArchived(chatId);
		await read(project, chatId);
		await archive(chatId, false);
		expect(await notifications(project, chatId)).toMatchObject([{ status: 'skipped' }]);

		const [other, worker] = [await makeChat(project), randomUUID()];
		await finish(project.sql, await begun(other.chatId, worker), worker, 'retry');
		await skipArchived(other.chatId);
		await archive(other.chatId, false);
		expect(await notifications(project, other.chatId)).toMatchObject([{ status: 'skipped' }]);
	});
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
	'whatever happens in whatever order, nothing fails, no answer is mailed twice and none is forgotten (seed %i)',
	async (seed) => {
		const random = seededRandom(seed);
		const { chatId } = await makeChat(project);
		const { sql } = project;
		const workers = [randomUUID(), randomUUID()];
		const held = new Map<string, Row>(workers.map((worker) => [worker, {}]));
		const sent: number[] = [];
		const tried = new Set<number>();
		const seqs = ({ messages }: { messages?: Row[] }): number[] =>
			(messages ?? []).map(({ seq }) => Number(seq));
		const any = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;

		const claim = async (worker: string): Promise<void> => {
			const [mail] = await sql<Row[]>`select * from public.support_claim_emails(${worker}, 1)`;
			if (mail) held.set(worker, mail);
		};
		const begin = async (worker: string): Promise<void> => {
			const mail = held.get(worker)!;
			if (!mail.id) return;
			const [row] = await sql<Row[]>`
				select public.support_begin_email(${mail.id}, ${worker}, ${sql.json({ seqs: seqs(mail) })}) as request`;
			held.set(worker, row!.request ? { ...mail, begun: row!.request.seqs } : {});
			for (const seq of row!.request?.seqs ?? []) tried.add(seq);
		};
		const settle = async (worker: string, outcome: string): Promise<void> => {
			const mail = held.get(worker)!;
			if (!mail.begun) return;
			const before = await sql<
				Row[]
			>`select status from public.support_notifications where id = ${mail.id}`;
			await finish(sql, mail.id, worker, outcome);
			if (outcome === 'sent' && before[0]?.status === 'sending') sent.push(...mail.begun);
			// If nothing can have been sent, the words are free again.
			const [after] = await sql<
				Row[]
			>`select request from public.support_notifications where id = ${mail.id}`;
			if (outcome === 'postponed' && after?.request === null)
				for (const seq of mail.begun) tried.delete(seq);
			held.set(worker, {});
		};
		const steps: (() => Promise<unknown>)[] = [
			() => answer(project, chatId, 'x'),
			() => answer(project, chatId, 'x'),
			() => say(sql, chatId, 'y', 'user'),
			() => sql`update public.support_chats set archived_at = now() where id = ${chatId}`.then(),
			() => sql`update public.support_chats set archived_at = null where id = ${chatId}`.then(),
			() => (random() < 0.3 ? read(project, chatId) : Promise.resolve()),
			() => wait(project, `${Math.ceil(random() * 7)} minutes`),
			() => wait(project, '5 minutes'),
			() => claim(any(workers)),
			() => claim(any(workers)),
			() => begin(any(workers)),
			() => begin(any(workers)),
			() => settle(any(workers), any(['sent', 'retry', 'postponed', 'postponed'])),
			() => sql`select public.support_release_emails(${any(workers)})`.then(),
		];
		for (let step = 0; step < 120; step++) await any(steps)();

		await sql`update public.support_chats set archived_at = null where id = ${chatId}`;
		for (let round = 0; round < 12; round++) {
			await wait(project, '3 hours');
			for (const worker of workers) {
				await claim(worker);
				await begin(worker);
				await settle(worker, 'sent');
			}
		}
		expect(new Set(sent).size).toBe(sent.length);
		const unread = await sql<{ seq: number }[]>`
			select seq from public.support_messages
			where chat_id = ${chatId} and sender_type = 'admin' and read_at is null order by seq`;
		const known = new Set([...sent, ...tried]);
		expect(unread.map(({ seq }) => seq).filter((seq) => !known.has(seq))).toEqual([]);
	},
);
