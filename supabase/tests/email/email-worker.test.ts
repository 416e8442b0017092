import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { handle, type HandlerOptions } from '../../functions/send-support-emails/handler.ts';
import { SecretCheck } from '../../functions/_shared/secret.ts';
import { resendSender } from '../../functions/send-support-emails/providers/resend.ts';
import type { SendMail } from '../../functions/send-support-emails/send-mail.ts';
import {
	answer,
	attempts,
	mails,
	makeChat,
	notifications,
	read,
	script,
	SETTINGS,
	useEmailProject,
	wait,
} from '../helpers/email-project';

const project = useEmailProject();
let secret = '';
let log: string[] = [];

beforeEach(async () => {
	log = [];
	const [found] = await project.sql`
		select decrypted_secret as secret from vault.decrypted_secrets where name = 'support_email_secret'`;
	secret = found!.secret;
});

const resend: SendMail = (mail, key) =>
	resendSender({ apiKey: 're_test', baseUrl: project.stack.outboxUrl, abortAfterMs: 300 })(
		mail,
		key,
	);

/** One call of the Edge Function's handler, in this process, and the run that it starts, to its end. */
async function runWorker(
	options: Partial<HandlerOptions> = {},
	given = secret,
): Promise<{ status: number; body: unknown }> {
	let background: Promise<unknown> = Promise.resolve();
	const response = await handle(
		new Request('http://x/send-support-emails', {
			method: 'POST',
			headers: { 'x-support-secret': given },
		}),
		{
			call: project.call,
			secret: new SecretCheck(() =>
				project.call('support_email_secret_digest', {}, z.string().nullable()),
			),
			supabaseUrl: project.stack.apiUrl,
			sendMail: resend,
			inBackground: (work) => {
				background = work;
			},
			log: (line) => log.push(line),
			pauseMs: 0,
			...options,
		},
	);
	await background;
	return { status: response.status, body: await response.json() };
}

async function dueChat(content?: string): Promise<Awaited<ReturnType<typeof makeChat>>> {
	const chat = await makeChat(project);
	await answer(project, chat.chatId, content);
	await wait(project, '5 minutes');
	return chat;
}

const problem = async (): Promise<unknown> =>
	(await project.sql`select email_problem from public.support_settings`)[0]!.email_problem;

describe('the email worker', () => {
	test('sends one email with all five replies, to the customer’s own address', async () => {
		const { chatId, email } = await makeChat(project);
		for (const word of ['one', 'two', 'three', 'four', 'five']) await answer(project, chatId, word);
		await wait(project, '5 minutes');
		expect(await runWorker()).toEqual({ status: 202, body: { status: 'started' } });
		expect(await runWorker()).toMatchObject({ status: 202 });
		const [mail, ...others] = await mails(project);
		expect(others).toEqual([]);
		expect(mail).toMatchObject({ to: [email], subject: 'New reply from Acme Support' });
		expect(mail!.text).toMatch(/> one[^]*> two[^]*> three[^]*> four[^]*> five/);
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'sent', provider_id: mail!.id },
		]);
	});

	test('does not send what the customer read between the claim and the sending', async () => {
		const { chatId } = await dueChat();
		await runWorker({
			call: async (rpc, args, result) => {
				if (rpc === 'support_begin_email') await read(project, chatId);
				return project.call(rpc, args, result);
			},
		});
		expect(await mails(project)).toEqual([]);
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'skipped', skip_reason: 'read' },
		]);
	});

	test('two at once send every email once', async () => {
		for (let index = 0; index < 15; index++) await dueChat();
		await Promise.all([runWorker(), runWorker(), runWorker()]);
		const sent = await mails(project);
		expect(sent).toHaveLength(15);
		expect(new Set(sent.map(({ to }) => to[0])).size).toBe(15);
		expect(await attempts(project)).toHaveLength(15);
	});

	test('a crash between the provider’s acceptance and our record sends nothing twice', async () => {
		const { chatId } = await dueChat();
		await runWorker({
			sendMail: async (mail, key) => {
				await resend(mail, key);
				throw new Error('the machine is gone');
			},
		});
		expect(await notifications(project, chatId)).toMatchObject([{ status: 'sending' }]);
		await project.sql`update public.support_settings set app_name = 'Renamed', chat_url = 'https://other.test/'`;
		await wait(project, '5 minutes');
		await runWorker();
		const [first, second] = await attempts(project);
		expect(second).toEqual(first);
		expect(await mails(project)).toHaveLength(1);
		expect(await notifications(project, chatId)).toMatchObject([{ status: 'sent', attempts: 2 }]);
	});

	test('a connection that breaks after the provider accepted the email sends nothing twice', async () => {
		const { chatId } = await dueChat();
		await script(project, { kind: 'reset_after_accept' });
		await runWorker();
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'sending', attempts: 1 },
		]);
		await wait(project, '1 minute');
		await runWorker();
		expect(await mails(project)).toHaveLength(1);
		expect(await notifications(project, chatId)).toMatchObject([{ status: 'sent' }]);
	});

	test.each([
		['trouble of the provider', { kind: 'status', status: 500 }],
		['no answer in time', { kind: 'hang' }],
		['a cut connection', { kind: 'reset' }],
	])('%s: again later, once', async (_what, fault) => {
		const { chatId } = await dueChat();
		await script(project, fault);
		await runWorker();
		expect(await mails(project)).toEqual([]);
		await wait(project, '1 minute');
		await runWorker();
		expect(await mails(project)).toHaveLength(1);
		expect(await notifications(project, chatId)).toMatchObject([{ status: 'sent', attempts: 2 }]);
	});

	test('leaves the provider alone for this run when it does not answer twice in a row', async () => {
		for (let index = 0; index < 5; index++) await dueChat();
		await script(project, { kind: 'status', status: 503, times: 99 });
		await runWorker();
		expect(await attempts(project)).toHaveLength(2);
	});

	test('too fast: stops the batch, keeps every email, and continues later', async () => {
		for (let index = 0; index < 4; index++) await dueChat();
		await script(project, {
			kind: 'status',
			status: 429,
			name: 'rate_limit_exceeded',
			retry_after: 2,
		});
		await runWorker();
		expect(await attempts(project)).toHaveLength(1);
		await wait(project, '2 seconds');
		await runWorker();
		expect(await mails(project)).toHaveLength(4);
	});

	test('a refused email fails, and the others continue', async () => {
		const refused = await dueChat();
		const fine = await dueChat();
		await script(project, {
			kind: 'status',
			status: 422,
			name: 'validation_error',
			message: 'Invalid `to` field',
			to: refused.email,
		});
		await runWorker();
		expect(await notifications(project, refused.chatId)).toMatchObject([
			{ status: 'failed', last_error: '422 validation_error: Invalid `to` field' },
		]);
		expect(await notifications(project, fine.chatId)).toMatchObject([{ status: 'sent' }]);
		expect(log).toHaveLength(1);
	});

	test('a refused key loses nothing, and is reported to the admins once', async () => {
		const { chatId } = await dueChat();
		const sendMail = resendSender({ apiKey: 'wrong', baseUrl: project.stack.outboxUrl });
		await runWorker({ sendMail });
		await wait(project, '5 minutes');
		await runWorker({ sendMail });
		expect(await problem()).toBe('support_email_key_refused');
		expect(log).toHaveLength(1);
		await wait(project, '5 minutes');
		await runWorker();
		expect(await notifications(project, chatId)).toMatchObject([{ status: 'sent' }]);
		expect(await problem()).toBeNull();
	});

	test.each([
		['no provider', { sendMail: null }, {}, 'support_email_no_key'],
		['no sender', {}, { email_from: null }, 'support_email_no_sender'],
		['no page to link to', {}, { chat_url: null }, 'support_email_no_chat_url'],
	])('%s: reports it once, and keeps the emails', async (_what, options, settings, code) => {
		const { chatId } = await dueChat();
		await project.sql`update public.support_settings set ${project.sql({ ...SETTINGS, ...settings })}`;
		expect(await runWorker(options)).toEqual({ status: 503, body: { code } });
		expect(await runWorker(options)).toEqual({ status: 503, body: { code } });
		expect(log).toHaveLength(1);
		expect(await problem()).toBe(code);
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'pending', attempts: 0 },
		]);
		await project.sql`update public.support_settings set email_from = 'a@acme.test', chat_url = 'https://acme.test'`;
		await runWorker();
		expect(await mails(project)).toHaveLength(1);
		expect(await problem()).toBeNull();
	});

	test('begins nothing more when its time is up, and the next run goes on', async () => {
		for (let index = 0; index < 3; index++) await dueChat();
		await runWorker({ budgetMs: 0 });
		expect(await mails(project)).toEqual([]);
		await runWorker();
		expect(await mails(project)).toHaveLength(3);
	});

	test('reveals nothing to a stranger, and does nothing for them', async () => {
		await dueChat();
		for (const given of [
			'',
			'x',
			secret.slice(1),
			`${secret}0`,
			'f'.repeat(64),
			project.stack.secretKey,
		]) {
			const refused = await runWorker({}, given);
			expect(refused).toEqual({ status: 401, body: { code: 'support_not_authenticated' } });
		}
		expect(await attempts(project)).toEqual([]);
	});

	test('an unreachable database gives a code and no other text', async () => {
		const call = (): never => {
			throw new Error('connection to 10.0.0.1 refused, password hunter2');
		};
		const { status, body } = await runWorker({ call });
		expect([status, body]).toEqual([503, { code: 'support_unavailable' }]);
	});
});
