import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
	answer,
	attempts,
	claim,
	mails,
	makeChat,
	say,
	script,
	useEmailProject,
	wait,
	type Row,
} from '../helpers/email-project';
import { resendOf, runMailWorker } from '../helpers/mail-worker';

const project = useEmailProject();
const TEAM = ['team@acme.test', 'boss@acme.test'];
const AGENT = '00000000-0000-4000-8000-00000000a9e0';

const settings = (values: Row): Promise<unknown> =>
	project.sql`update public.support_settings set ${project.sql(values)}`;

beforeEach(async () => {
	await settings({ notify_new_conversation: true, notification_emails: TEAM });
});

/** A conversation that begins to wait; the customer's name is `name` and the message `content`. */
async function waiting(content = 'Hello', name = 'Ada'): Promise<{ id: string; chatId: string }> {
	const { chatId, userId } = await makeChat(project);
	await project.sql`
		update auth.users set raw_user_meta_data = ${project.sql.json({ full_name: name })} where id = ${userId}`;
	const [conversation] =
		await project.sql`select id from support_private.open_conversation(${chatId}, '{}')`;
	const message = await say(project.sql, chatId, content, 'user');
	await project.sql`update public.support_messages set conversation_id = ${conversation!.id} where id = ${message.id}`;
	return { id: conversation!.id, chatId };
}
const move = (id: string, to: string, agent: string | null = null): Promise<unknown> =>
	project.sql`select support_private.transition_conversation(${id}, ${to}, ${agent}, ${to === 'ended' ? 'staff' : null})`;
const take = (id: string): Promise<unknown> => move(id, 'active', AGENT);
const requeue = (id: string): Promise<unknown> => move(id, 'waiting');
const rows = (id: string): Promise<Row[]> =>
	project.sql<Row[]>`
		select * from public.support_notifications where conversation_id = ${id} and kind = 'staff_waiting'
		order by recipient`;
const attemptsOf = (id: string): Promise<Row[]> =>
	project.sql<Row[]>`
		select a.* from public.support_notification_attempts a
		join public.support_notifications n on n.id = a.notification_id
		where n.conversation_id = ${id} order by n.recipient, a.attempt`;
/** For one address, which is enough where several would only be more of the same. */
const forOne = (): Promise<unknown> => settings({ notification_emails: TEAM.slice(0, 1) });

describe('planning', () => {
	test('one email per address, due after the minutes of the settings', async () => {
		await settings({ notify_after_minutes: 7 });
		const { id } = await waiting();
		const planned = await rows(id);
		expect(planned.map(({ recipient, status }) => [recipient, status])).toEqual([
			['boss@acme.test', 'pending'],
			['team@acme.test', 'pending'],
		]);
		const [due] = await project.sql`
			select extract(epoch from n.due_at - v.queued_at)::int as seconds
			from public.support_notifications n join public.support_conversations v on v.id = n.conversation_id
			where v.id = ${id} limit 1`;
		expect(due!.seconds).toBe(420);
	});

	test('none when turned off, without an address, or when an agent is assigned in the same transaction', async () => {
		await settings({ notify_new_conversation: false });
		expect(await rows((await waiting()).id)).toEqual([]);
		await settings({ notify_new_conversation: true, notification_emails: [] });
		expect(await rows((await waiting()).id)).toEqual([]);
		await settings({ notification_emails: TEAM });
		const { chatId } = await makeChat(project);
		const [opened] = await project.sql.begin(async (tx) => {
			const made = await tx`select id from support_private.open_conversation(${chatId}, '{}')`;
			await tx`select support_private.transition_conversation(${made[0]!.id}, 'active', ${AGENT})`;
			return made;
		});
		expect(await rows(opened!.id)).toEqual([]);
	});

	test('a plan that fails is kept as a fault, and the customer is not turned away', async () => {
		await project.sql`alter table public.support_notifications add constraint test_refuses check (kind <> 'staff_waiting') not valid`;
		try {
			const { id } = await waiting();
			expect(await rows(id)).toEqual([]);
			const faults =
				await project.sql`select source from public.support_faults where source = 'support_notifications'`;
			expect(faults).toHaveLength(1);
		} finally {
			await project.sql`alter table public.support_notifications drop constraint test_refuses`;
			await project.sql`delete from public.support_faults`;
		}
	});

	test('emails about unread replies in the same chat are planned and joined as before', async () => {
		const { chatId } = await waiting();
		await answer(project, chatId, 'One');
		await answer(project, chatId, 'Two');
		const replies = await project.sql`
			select * from public.support_notifications where chat_id = ${chatId} and kind = 'user_reply'`;
		expect(replies).toHaveLength(1);
	});
});

describe('sending', () => {
	test('each address gets one email, once', async () => {
		const { id, chatId } = await waiting('Is anybody there?', 'Ada Lovelace');
		await wait(project, '4 minutes 50 seconds');
		await runMailWorker(project);
		expect(await mails(project)).toEqual([]);
		await wait(project, '10 seconds');
		await Promise.all([runMailWorker(project), runMailWorker(project), runMailWorker(project)]);
		await runMailWorker(project);
		const sent = await mails(project);
		expect(sent.map(({ to }) => to[0]).sort()).toEqual([...TEAM].sort());
		expect(sent[0]).toMatchObject({ from: '"Acme Support" <support@acme.test>' });
		expect(sent[0]!.subject).toMatch(
			/^Ada Lovelace \(ada-.*@example\.com\) is waiting for a reply$/,
		);
		expect(sent[0]!.text).toContain('> Is anybody there?');
		expect(sent[0]!.text).toContain(`https://desk.acme.test/chats/${chatId}`);
		expect(await rows(id)).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
		expect(await attemptsOf(id)).toMatchObject([
			{ attempt: 1, outcome: 'sent', provider_id: expect.any(String), answer: null },
			{ attempt: 1, outcome: 'sent', provider_id: expect.any(String) },
		]);
	});

	test.each<[string, (id: string) => Promise<unknown>]>([
		['taken', take],
		['ended', (id) => move(id, 'ended')],
		['disabled', () => settings({ notify_new_conversation: false })],
		['address_removed', () => settings({ notification_emails: ['other@acme.test'] })],
	])('none once it is not wanted any more: %s', async (reason, happens) => {
		await forOne();
		const before = await waiting();
		await happens(before.id);
		await wait(project, '5 minutes');
		await runMailWorker(project);
		expect(await rows(before.id)).toMatchObject([{ status: 'skipped', skip_reason: reason }]);

		await settings({ notify_new_conversation: true, notification_emails: TEAM.slice(0, 1) });
		const between = await waiting();
		await wait(project, '5 minutes');
		await runMailWorker(project, {
			call: async (rpc, args, result) => {
				if (rpc === 'support_begin_email') await happens(between.id);
				return project.call(rpc, args, result);
			},
		});
		expect(await rows(between.id)).toMatchObject([{ status: 'skipped', skip_reason: reason }]);
		expect(await mails(project)).toEqual([]);
		expect(await attemptsOf(between.id)).toEqual([]);
	});

	test('an address in other letters is the same address', async () => {
		await settings({ notification_emails: ['Team@Acme.test'] });
		const { id } = await waiting();
		await wait(project, '5 minutes');
		await runMailWorker(project);
		expect(await rows(id)).toMatchObject([{ status: 'sent', recipient: 'team@acme.test' }]);
	});

	test('a conversation that returns to the queue without an email is emailed after it has waited again', async () => {
		await forOne();
		const { id } = await waiting();
		await take(id);
		await wait(project, '5 minutes');
		await runMailWorker(project);
		expect(await rows(id)).toMatchObject([{ status: 'skipped', skip_reason: 'taken' }]);
		await requeue(id);
		expect(await rows(id)).toMatchObject([{ status: 'pending', skip_reason: null }]);
		await runMailWorker(project);
		expect(await mails(project)).toEqual([]);
		await wait(project, '5 minutes');
		await runMailWorker(project);
		expect(await mails(project)).toHaveLength(1);
	});

	test('a conversation is emailed once, however often it returns to the queue', async () => {
		await forOne();
		const { id } = await waiting();
		await wait(project, '5 minutes');
		await runMailWorker(project);
		for (let round = 0; round < 2; round++) {
			await take(id);
			await requeue(id);
			await wait(project, '10 minutes');
			await runMailWorker(project);
		}
		expect(await mails(project)).toHaveLength(1);
		expect(await rows(id)).toMatchObject([{ status: 'sent' }]);
	});

	test('a conversation that may have been emailed and was then taken is not planned again', async () => {
		await forOne();
		const { id } = await waiting();
		await wait(project, '5 minutes');
		await script(project, { kind: 'reset_after_accept' });
		await runMailWorker(project);
		await take(id);
		await wait(project, '1 minute');
		await runMailWorker(project);
		await requeue(id);
		await wait(project, '1 hour');
		await runMailWorker(project);
		expect(await mails(project)).toHaveLength(1);
		expect(await rows(id)).toMatchObject([{ status: 'skipped', skip_reason: 'taken' }]);
		expect(await attemptsOf(id)).toMatchObject([{ outcome: 'retry', answer: expect.any(String) }]);
	});

	test('a crash between the provider’s acceptance and our record sends nothing twice, and is seen', async () => {
		await forOne();
		const { id } = await waiting();
		await wait(project, '5 minutes');
		await runMailWorker(project, {
			sendMail: async (mail, key) => {
				await resendOf(project)(mail, key);
				throw new Error('the machine is gone');
			},
		});
		await settings({ app_name: 'Renamed' });
		await wait(project, '5 minutes');
		await runMailWorker(project);
		const [first, second] = await attempts(project);
		expect(second).toEqual(first);
		expect(await mails(project)).toHaveLength(1);
		expect(await attemptsOf(id)).toMatchObject([
			{ attempt: 1, outcome: 'started', duration_ms: null },
			{ attempt: 2, outcome: 'sent', duration_ms: expect.any(Number) },
		]);
	});

	test.each([
		[503, 'application_error', 'retry', 'sent'],
		[429, 'rate_limit_exceeded', 'postponed', 'sent'],
		[422, 'validation_error', 'failed', 'failed'],
	])(
		'%s %s is kept as %s, with the provider’s words; in the end %s',
		async (status, name, outcome, end) => {
			await forOne();
			const { id } = await waiting();
			await wait(project, '5 minutes');
			await script(project, { kind: 'status', status, name, message: 'These are my words' });
			await runMailWorker(project);
			const answered = `${status} ${name}: These are my words`;
			expect(await attemptsOf(id)).toMatchObject([{ attempt: 1, outcome, answer: answered }]);
			expect(await rows(id)).toMatchObject([{ last_error: answered }]);
			await wait(project, '1 minute');
			await runMailWorker(project);
			expect(await rows(id)).toMatchObject([{ status: end }]);
			expect((await attemptsOf(id)).length).toBe(end === 'sent' ? 2 : 1);
			expect(await mails(project)).toHaveLength(end === 'sent' ? 1 : 0);
		},
	);

	test('a late answer finds its own attempt, not another worker’s', async () => {
		await forOne();
		const { id } = await waiting();
		await wait(project, '5 minutes');
		const workers = [randomUUID(), randomUUID()];
		const request = {
			from: 'a@b.c',
			to: ['x@y.z'],
			subject: 's',
			html: 'h',
			text: 't',
			headers: {},
		};
		const call = (name: string, args: Row): Promise<unknown> => project.call(name, args, z.any());
		for (const worker of workers) {
			const [mail] = await claim(project, worker);
			await call('support_begin_email', { p_id: mail!.id, p_worker: worker, p_request: request });
			await wait(project, '5 minutes');
		}
		const [row] = await rows(id);
		await call('support_finish_email', {
			...{ p_id: row!.id, p_worker: workers[0], p_outcome: 'sent', p_provider_id: 'x' },
		});
		expect(await attemptsOf(id)).toMatchObject([
			{ attempt: 1, outcome: 'sent', provider_id: 'x' },
			{ attempt: 2, outcome: 'started' },
		]);
		expect(await rows(id)).toMatchObject([{ status: 'sent' }]);
	});

	test('many conversations fill no mailbox: the cap per address and day holds', async () => {
		await forOne();
		await settings({ email_daily_cap: 2 });
		for (let index = 0; index < 4; index++) await waiting();
		await wait(project, '5 minutes');
		await runMailWorker(project);
		expect(await mails(project)).toHaveLength(2);
	});

	/** Another conversation of a chat that has one already. */
	async function again(chatId: string): Promise<string> {
		await project.sql`
			select support_private.transition_conversation(id, 'ended', null, 'user')
			from public.support_conversations where chat_id = ${chatId} and status <> 'ended'`;
		const [opened] =
			await project.sql`select id from support_private.open_conversation(${chatId}, '{}')`;
		return opened!.id;
	}

	test('one customer uses up a quarter of the cap at most, and the next one’s email is on time', async () => {
		await forOne();
		await settings({ email_daily_cap: 8 });
		const flood = await waiting();
		for (let index = 0; index < 3; index++) {
			await wait(project, '5 minutes');
			await runMailWorker(project);
			await again(flood.chatId);
		}
		await wait(project, '5 minutes');
		await runMailWorker(project);
		expect(await mails(project)).toHaveLength(2);
		const next = await waiting('I wait, too');
		await wait(project, '5 minutes');
		await runMailWorker(project);
		expect(await mails(project)).toHaveLength(3);
		expect(await rows(next.id)).toMatchObject([{ status: 'sent' }]);
	});

	test('emails that have to wait take no place of those that can leave', async () => {
		await forOne();
		await settings({ email_daily_cap: 1 });
		const flood = await waiting();
		await wait(project, '5 minutes');
		await runMailWorker(project);
		await project.sql`
			insert into public.support_notifications (kind, chat_id, conversation_id, recipient, due_at)
			select 'staff_waiting', ${flood.chatId}, ${flood.id}, 'team' || n || '@acme.test', now() - interval '1 hour'
			from generate_series(1, 30) n`;
		const next = await waiting('I wait, too');
		await project.sql`update public.support_notifications set due_at = now() - interval '1 minute' where conversation_id = ${next.id}`;
		await settings({ email_daily_cap: 2 });
		const claimed = await claim(project, randomUUID(), 1);
		expect(claimed).toMatchObject([{ conversation_id: next.id }]);
	});

	test.each([
		['a name that begins a header', 'Ada\r\nBcc: eve@evil.test', 'Hello'],
		['markup', '<img src=x onerror=alert(1)>', '</blockquote><script>alert(1)</script>'],
		[
			'addresses and variables',
			'https://evil.test',
			'{{chat_link}} <a href="https://evil.test">x</a>',
		],
	])('%s stays text', async (_what, name, content) => {
		await forOne();
		await waiting(content, name);
		await wait(project, '5 minutes');
		await runMailWorker(project);
		const [mail] = await mails(project);
		expect(mail!.subject).not.toMatch(/[\r\n]/);
		expect(mail!.html).not.toMatch(/<script|<img/);
		const links = [...(mail!.html ?? '').matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
		expect(links).toEqual([expect.stringMatching(/^https:\/\/desk\.acme\.test\/chats\//)]);
		expect(mail!.to).toEqual(['team@acme.test']);
	});

	test('a message that is a file alone is shown by its name', async () => {
		await forOne();
		const { id } = await waiting();
		const file = [{ name: 'receipt.pdf' }];
		await project.sql`
			update public.support_messages set content = '', attachments = ${project.sql.json(file)} where conversation_id = ${id}`;
		await wait(project, '5 minutes');
		await runMailWorker(project);
		expect((await mails(project))[0]!.text).toContain('> 📎 receipt.pdf');
	});

	test('has the team’s text, in the language of the settings', async () => {
		await forOne();
		await settings({ notification_locale: 'de' });
		await project.sql`
			insert into public.support_email_templates (kind, locale, subject, body) values
			('staff_waiting', 'de', 'Bitte ran: {{customer}}', 'Los, {{app_name}}!')`;
		await waiting();
		await wait(project, '5 minutes');
		await runMailWorker(project);
		const [mail] = await mails(project);
		expect(mail!.subject).toMatch(/^Bitte ran: Ada/);
		expect(mail!.text).toContain('Los, Acme!');
		expect(mail!.text).toContain('Sie erhalten diese E-Mail');
	});
});

describe('an email about an unread reply', () => {
	test('is in the language that the customer’s page named last, with the team’s words for it', async () => {
		await project.sql`
			insert into public.support_email_templates (kind, locale, subject, body) values
			('user_reply', 'fr', 'Du nouveau', 'Bonjour !' || E'\n\n' || '{{messages}}' || E'\n\n' || '{{chat_link}}')`;
		await settings({ notify_new_conversation: false });
		for (const [locale, subject] of [
			['de-CH', 'Neue Antwort vom Support von Acme'],
			['fr', 'Du nouveau'],
			['xx', 'New reply from Acme Support'],
		] as const) {
			const { chatId, email } = await makeChat(project);
			await project.sql`select support_private.open_conversation(${chatId}, ${project.sql.json({ locale })})`;
			await answer(project, chatId);
			await wait(project, '5 minutes');
			await runMailWorker(project);
			const [mail] = (await mails(project)).filter(({ to }) => to.includes(email));
			expect(mail).toMatchObject({ subject });
		}
	});
});
