import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { DatabaseError, type CallDatabase } from '../../functions/_shared/database.ts';
import type { SendMail } from '../../functions/send-support-emails/send-mail.ts';
import {
	answer,
	mails,
	makeChat,
	notifications,
	useEmailProject,
	wait,
	type Row,
} from '../helpers/email-project';
import { resendOf, runMailWorker } from '../helpers/mail-worker';

const project = useEmailProject();
type Chat = Awaited<ReturnType<typeof makeChat>>;

beforeEach(() => project.sql`delete from public.support_faults`.then(() => undefined));

async function due(count: number): Promise<Chat[]> {
	const chats: Chat[] = [];
	for (let index = 0; index < count; index++) {
		const chat = await makeChat(project);
		await answer(project, chat.chatId);
		chats.push(chat);
	}
	await wait(project, '5 minutes');
	return chats;
}

const stateOf = async ({ chatId }: Chat): Promise<Row> =>
	(await notifications(project, chatId))[0]!;
/** Rows that admins read on the page of problems. */
const faults = async (): Promise<string[]> =>
	(await project.sql<Row[]>`select message from public.support_faults`).map(
		({ message }) => message,
	);

/** The worker's calls, of which those of one email are changed. */
const calling =
	(
		change: (
			rpc: string,
			args: Record<string, unknown>,
			answer: () => Promise<unknown>,
		) => Promise<unknown>,
	): CallDatabase =>
	async (rpc, args, result) =>
		result.parse(await change(rpc, args, () => project.call(rpc, args, result)));

describe('one bad email', () => {
	test('that cannot be written fails with the reason, and the others go on', async () => {
		const [first, second] = await due(2);
		await project.sql`
			insert into public.support_notifications (kind, recipient, due_at) values ('test', 'admin@example.com', now())`;
		// As it was before the table refused it.
		await project.sql`alter table public.support_settings drop constraint support_settings_chat_url_check`;
		try {
			await project.sql`update public.support_settings set chat_url = 'http://['`;
			await runMailWorker(project);
			for (const chat of [first!, second!])
				expect(await stateOf(chat)).toMatchObject({
					status: 'failed',
					last_error: expect.stringMatching(/^It cannot be written: .*Invalid URL/),
				});
			expect((await mails(project)).map(({ to }) => to)).toEqual([['admin@example.com']]);
			expect(await faults()).toEqual([expect.stringContaining('It cannot be written')]);
		} finally {
			await project.sql`update public.support_settings set chat_url = null`;
			await project.sql`
				alter table public.support_settings add constraint support_settings_chat_url_check
				check (support_private.is_web_address(chat_url))`;
		}
	});

	test('that the provider refuses is a problem that admins see, without the address', async () => {
		const [bad, good] = await due(2);
		const sendMail: SendMail = async (mail, key) =>
			mail.to[0] === bad!.email
				? { kind: 'failed', error: `422 no such receiver <${bad!.email}>` }
				: resendOf(project)(mail, key);
		await runMailWorker(project, { sendMail });
		expect(await stateOf(bad!)).toMatchObject({ status: 'failed' });
		expect(await stateOf(good!)).toMatchObject({ status: 'sent' });
		const [fault] = await faults();
		expect(fault).toContain('422 no such receiver');
		expect(fault).not.toContain(bad!.email);
	});

	test('at which the provider throws is tried again, and the others go on', async () => {
		const [bad, good] = await due(2);
		const sendMail: SendMail = async (mail, key) => {
			if (mail.to[0] === bad!.email) throw new Error('thrown for the test');
			return resendOf(project)(mail, key);
		};
		await runMailWorker(project, { sendMail });
		expect(await stateOf(bad!)).toMatchObject({
			status: 'sending',
			attempts: 1,
			last_error: 'Error: thrown for the test',
		});
		expect(await stateOf(good!)).toMatchObject({ status: 'sent' });
		await wait(project, '2 minutes');
		await runMailWorker(project);
		expect(await stateOf(bad!)).toMatchObject({ status: 'sent' });
	});

	test('that the database does not begin waits, and the others go on, however many are bad', async () => {
		const chats = await due(5);
		const bad = new Set(
			await Promise.all(chats.slice(0, 3).map(async (chat) => (await stateOf(chat)).id)),
		);
		const call = calling(async (rpc, args, answer) => {
			if (rpc === 'support_begin_email' && bad.has(args.p_id))
				throw new DatabaseError('22P05', rpc);
			return answer();
		});
		await runMailWorker(project, { call });
		await runMailWorker(project, { call });
		for (const chat of chats.slice(3))
			expect(await stateOf(chat)).toMatchObject({ status: 'sent' });
		for (const chat of chats.slice(0, 3))
			expect(await stateOf(chat)).toMatchObject({
				attempts: 0,
				last_error: expect.stringContaining('22P05'),
			});
		await wait(project, '6 minutes');
		await runMailWorker(project);
		for (const chat of chats) expect(await stateOf(chat)).toMatchObject({ status: 'sent' });
	});

	test('that is not as the worker expects fails, and the others go on', async () => {
		const [bad, good] = await due(2);
		const { id } = await stateOf(bad!);
		const call = calling(async (rpc, _args, answer) => {
			const answered = await answer();
			if (rpc !== 'support_claim_emails' || !Array.isArray(answered)) return answered;
			return answered.map((row: Row) => (row.id === id ? { ...row, recipient: null } : row));
		});
		await runMailWorker(project, { call });
		expect(await stateOf(bad!)).toMatchObject({
			status: 'failed',
			last_error: 'It is not as expected: recipient',
		});
		expect(await stateOf(good!)).toMatchObject({ status: 'sent' });
		expect(await faults()).toHaveLength(1);
	});

	test.each(['xx', '', 'de_DE', '%', '../..', 'en-US-x-klingon', '__proto__', 'constructor'])(
		'for a page in the language %j is sent in one that there is',
		async (locale) => {
			const chat = await makeChat(project);
			await project.sql`
				insert into public.support_conversations (chat_id, user_snapshot) values (${chat.chatId}, ${project.sql.json({ locale })})`;
			await answer(project, chat.chatId);
			await wait(project, '5 minutes');
			await runMailWorker(project);
			expect(await stateOf(chat)).toMatchObject({ status: 'sent' });
		},
	);

	test.each(['{{', '{{messages', '}}{{', '{{{{messages}}}}', '{{constructor}}', '{{__proto__}}'])(
		'with a template such as %j, past every check, delays no other email',
		async (words) => {
			await project.sql.begin(async (tx) => {
				await tx`alter table public.support_email_templates disable trigger support_email_templates_check`;
				await tx`
					insert into public.support_email_templates (kind, locale, subject, body)
					values ('user_reply', 'en', ${words}, ${words})`;
				await tx`alter table public.support_email_templates enable trigger support_email_templates_check`;
			});
			const [chat] = await due(1);
			await project.sql`
				insert into public.support_notifications (kind, recipient, due_at) values ('test', 'admin@example.com', now())`;
			await runMailWorker(project);
			expect(['sent', 'failed']).toContain((await stateOf(chat!)).status);
			expect((await mails(project)).some(({ to }) => to[0] === 'admin@example.com')).toBe(true);
		},
	);
});

describe('settings that change during a run', () => {
	/** Sends, and after the first email changes the settings. */
	const changing = (change: () => Promise<unknown>): SendMail => {
		let isFirst = true;
		return async (mail, key) => {
			const outcome = await resendOf(project)(mail, key);
			if (isFirst) await change();
			isFirst = false;
			return outcome;
		};
	};

	test('hold for the next batch: sender, name and words', async () => {
		await due(14);
		await runMailWorker(project, {
			sendMail: changing(async () => {
				await project.sql`update public.support_settings set email_from = 'new@acme.test', app_name = 'Bakery'`;
				await project.sql`
					insert into public.support_email_templates (kind, locale, subject, body)
					values ('user_reply', 'en', 'Bread', '{{messages}} {{chat_link}}')`;
			}),
		});
		const sent = await mails(project);
		expect(sent).toHaveLength(14);
		const changed = sent.filter(({ from }) => from.includes('new@acme.test'));
		expect(changed).toHaveLength(4);
		for (const { subject } of changed) expect(subject).toBe('Bread');
	});

	test('end the run if no email can be sent with them, and admins see why', async () => {
		await due(14);
		const sendMail = changing(() =>
			project.sql`update public.support_settings set email_from = null`.then(),
		);
		await runMailWorker(project, { sendMail });
		expect(await mails(project)).toHaveLength(10);
		const [settings] = await project.sql<Row[]>`select email_problem from public.support_settings`;
		expect(settings!.email_problem).toBe('support_email_no_sender');
		// Claimed rows are released.
		expect(
			await project.sql`select * from public.support_claim_emails(${randomUUID()}, 100)`,
		).toHaveLength(4);
	});
});
