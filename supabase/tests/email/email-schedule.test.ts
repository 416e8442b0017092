import { describe, expect, test } from 'vitest';
import {
	answer,
	mails,
	makeChat,
	notifications,
	useEmailProject,
	wait,
	type Row,
} from '../helpers/email-project';

const project = useEmailProject();
const RUN = 'support_private.request_email_run()';

const queued = async (): Promise<Row[]> =>
	project.sql<Row[]>`select * from net._http_response order by id`;

describe('the clock of the emails', () => {
	test('from a reply to the customer’s mailbox, fully automatic', async () => {
		const { chatId, email } = await makeChat(project);
		await answer(project, chatId, 'Hello 👨‍👩‍👧‍👦 <b>Ada</b>');
		await wait(project, '5 minutes');
		await project.sql`select cron.schedule('support-send-emails', '1 second', ${`select ${RUN}`})`;
		try {
			await expect.poll(() => mails(project), { timeout: 20_000 }).toHaveLength(1);
		} finally {
			await project.sql`select cron.unschedule('support-send-emails')`;
		}
		const [mail] = await mails(project);
		expect(mail).toMatchObject({ to: [email], from: '"Acme Support" <support@acme.test>' });
		expect(mail!.text).toContain('Hello 👨‍👩‍👧‍👦 <b>Ada</b>');
		expect(mail!.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
		expect(mail!.unsubscribe_url).toMatch(
			/\/functions\/v1\/support-unsubscribe\?token=[0-9a-f]{64}$/,
		);
		await expect.poll(async () => (await notifications(project, chatId))[0]!.status).toBe('sent');
		const [run] = await project.sql<Row[]>`
			select status, username from cron.job_run_details order by runid desc limit 1`;
		expect(run).toEqual({ status: 'succeeded', username: 'postgres' });
	});

	test('calls no function while nothing is due', async () => {
		const { chatId } = await makeChat(project);
		await answer(project, chatId);
		const before = (await queued()).length;
		const [none] = await project.sql`select support_private.request_email_run() as id`;
		expect(none!.id).toBeNull();
		await wait(project, '5 minutes');
		const [some] = await project.sql`select support_private.request_email_run() as id`;
		expect(some!.id).not.toBeNull();
		await expect.poll(async () => (await queued()).length, { timeout: 20_000 }).toBe(before + 1);
		expect((await queued()).at(-1)).toMatchObject({
			status_code: 202,
			content: '{"status":"started"}',
		});
	});

	test('a call that is taken back with its transaction is never made', async () => {
		const { chatId } = await makeChat(project);
		await answer(project, chatId);
		await wait(project, '5 minutes');
		await project.sql
			.begin(async (tx) => {
				await tx`select support_private.request_email_run()`;
				throw new Error('rolled back');
			})
			.catch(() => undefined);
		expect(await project.sql`select from net.http_request_queue`).toHaveLength(0);
	});

	test('what is queued holds a secret that can do this only', async () => {
		const { chatId } = await makeChat(project);
		await answer(project, chatId);
		await wait(project, '5 minutes');
		await project.sql.begin(async (tx) => {
			await tx`select support_private.request_email_run()`;
			const [request] = await tx<Row[]>`select * from net.http_request_queue`;
			const words = JSON.stringify(request!.headers);
			expect(Object.keys(request!.headers).sort()).toEqual(['Content-Type', 'x-support-secret']);
			expect(words).not.toContain(project.stack.secretKey);
			expect(words).not.toContain('eyJ');
			await tx`delete from net.http_request_queue`;
		});
		const jobs = await project.sql<
			Row[]
		>`select command from cron.job where jobname like 'support-%'`;
		for (const { command } of jobs) expect(command).toMatch(/^select support_private\.\w+\(\)$/);
	});

	test('configuring it again keeps the secret and changes the addresses', async () => {
		const secrets = async (): Promise<Row> =>
			Object.fromEntries(
				(
					await project.sql<
						Row[]
					>`select name, decrypted_secret as secret from vault.decrypted_secrets`
				).map(({ name, secret }) => [name, secret]),
			);
		const before = await secrets();
		await project.sql`select support_private.configure_email('https://p.supabase.co/functions/v1/', 'https://desk.test/')`;
		expect(await secrets()).toEqual({
			...before,
			support_email_functions_url: 'https://p.supabase.co/functions/v1',
		});
		const [settings] = await project.sql`select unsubscribe_url from public.support_settings`;
		expect(settings!.unsubscribe_url).toBe('https://desk.test/unsubscribe');
		for (const wrong of [null, '', 'ftp://x', 'https://a b'])
			await expect(project.sql`select support_private.configure_email(${wrong})`).rejects.toThrow(
				'support_email_url_invalid',
			);
		await project.sql`select support_private.configure_email(${before.support_email_functions_url})`;
	});

	test('without its secret it calls no function, and admins see why', async () => {
		const { chatId } = await makeChat(project);
		await answer(project, chatId);
		await wait(project, '5 minutes');
		await project.sql
			.begin(async (tx) => {
				await tx`delete from vault.secrets where name = 'support_email_secret'`;
				const [none] = await tx`select support_private.request_email_run() as id`;
				expect(none!.id).toBeNull();
				const [settings] = await tx`select email_problem from public.support_settings`;
				expect(settings!.email_problem).toBe('support_email_not_scheduled');
				throw new Error('rolled back');
			})
			.catch((error: unknown) => expect(String(error)).toBe('Error: rolled back'));
	});

	test('settled emails are kept for 30 days, waiting ones for ever', async () => {
		const old = await makeChat(project);
		const open = await makeChat(project);
		for (const { chatId } of [old, open]) await answer(project, chatId);
		await project.sql`alter table public.support_notifications disable trigger user`;
		await project.sql`update public.support_notifications set updated_at = now() - interval '31 days'`;
		await project.sql`update public.support_notifications set status = 'sent' where chat_id = ${old.chatId}`;
		await project.sql`alter table public.support_notifications enable trigger user`;
		await project.sql`select support_private.purge_notifications()`;
		expect(await notifications(project, old.chatId)).toEqual([]);
		expect(await notifications(project, open.chatId)).toHaveLength(1);
	});
});
