import { z } from 'zod';
import { SecretCheck } from '../../functions/_shared/secret.ts';
import { handle, type HandlerOptions } from '../../functions/send-support-emails/handler.ts';
import { resendSender } from '../../functions/send-support-emails/providers/resend.ts';
import type { SendMail } from '../../functions/send-support-emails/send-mail.ts';
import type { EmailProject } from './email-project';

/** The provider, played by the stack's outbox. */
export const resendOf =
	(project: EmailProject): SendMail =>
	(mail, key) =>
		resendSender({ apiKey: 're_test', baseUrl: project.stack.outboxUrl, abortAfterMs: 300 })(
			mail,
			key,
		);

/** One call of the Edge Function's handler, in this process, and the run that it starts, to its end. */
export async function runMailWorker(
	project: EmailProject,
	options: Partial<HandlerOptions> = {},
): Promise<{ status: number; body: unknown }> {
	const [found] = await project.sql`
		select decrypted_secret as secret from vault.decrypted_secrets where name = 'support_email_secret'`;
	let background: Promise<unknown> = Promise.resolve();
	const response = await handle(
		new Request('http://x/send-support-emails', {
			method: 'POST',
			headers: { 'x-support-secret': String(found?.secret) },
		}),
		{
			call: project.call,
			secret: new SecretCheck(() =>
				project.call('support_email_secret_digest', {}, z.string().nullable()),
			),
			supabaseUrl: project.stack.apiUrl,
			sendMail: resendOf(project),
			inBackground: (work) => {
				background = work;
			},
			log: () => {},
			pauseMs: 0,
			...options,
		},
	);
	await background;
	return { status: response.status, body: await response.json() };
}
