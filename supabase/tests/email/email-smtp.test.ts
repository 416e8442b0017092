import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
	startMailServer,
	type MailServer,
} from '../../functions/send-support-emails/testing/mail-server.ts';
import { functionEnvironment } from '../../../local-stack/stack/function-environment';
import { startFunctions } from '../../../local-stack/functions/index';
import { paths } from '../../../local-stack/stack/paths';
import { localProjectKeys } from '../../../local-stack/stack/project-keys';
import {
	answer,
	mails,
	makeChat,
	notifications,
	useEmailProject,
	wait,
} from '../helpers/email-project';
import { signedForThisMachine, testAuthority } from '../helpers/test-authority';

const project = useEmailProject();
let directory: string;
let mailServer: MailServer;
let stops: (() => Promise<void>)[];

beforeAll(() => {
	mkdirSync(paths.temporary, { recursive: true });
	directory = mkdtempSync(join(paths.temporary, 'email-smtp-'));
	writeFileSync(join(directory, 'authority.pem'), testAuthority);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));
beforeEach(() => {
	stops = [];
});
afterEach(async () => {
	for (const stop of stops.reverse()) await stop();
});

/** The functions of this project in Deno, without Resend's secrets and with these; returns the address of the mail function. */
async function serve(secrets: Record<string, string>): Promise<string> {
	const {
		RESEND_API_KEY: _key,
		RESEND_BASE_URL: _url,
		...env
	} = functionEnvironment({
		...project.stack,
		keys: localProjectKeys(),
	});
	const functions = await startFunctions({
		functionsDir: paths.functions,
		env: { ...env, ...secrets },
		jwtSecret: project.stack.jwtSecret,
	});
	stops.push(() => functions.stop());
	const server = createServer((request, response) => functions.handle(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	stops.push(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	await functions.start('send-support-emails');
	const { port } = server.address() as AddressInfo;
	return `http://127.0.0.1:${port}/functions/v1/send-support-emails`;
}

async function startRun(url: string): Promise<{ status: number; body: unknown }> {
	const [found] = await project.sql`
		select decrypted_secret as secret from vault.decrypted_secrets where name = 'support_email_secret'`;
	const headers = { 'x-support-secret': String(found?.secret) };
	const response = await fetch(url, { method: 'POST', headers });
	return { status: response.status, body: await response.json() };
}

async function dueChat(): Promise<Awaited<ReturnType<typeof makeChat>>> {
	const chat = await makeChat(project);
	await answer(project, chat.chatId, 'Grüße 🎉');
	await wait(project, '5 minutes');
	return chat;
}

describe('the mail function, in Deno, with a mail server', () => {
	test.each([
		['smtps', { secure: true }],
		['smtp, made secure by STARTTLS', {}],
	])('sends what is due: %s', async (what, options) => {
		mailServer = await startMailServer({
			...options,
			...signedForThisMachine,
			authOptional: false,
			disabledCommands: [],
			allowInsecureAuth: false,
		});
		stops.push(() => mailServer.stop());
		const { chatId, email } = await dueChat();
		const url = await serve({
			SMTP_URL: `${what.split(',')[0]}://post%40acme.test:secret@127.0.0.1:${mailServer.port}`,
			DENO_CERT: join(directory, 'authority.pem'),
		});
		expect(await startRun(url)).toEqual({ status: 202, body: { status: 'started' } });
		await vi.waitFor(
			async () => expect(await notifications(project, chatId)).toMatchObject([{ status: 'sent' }]),
			{ timeout: 20_000, interval: 100 },
		);
		const [row] = await notifications(project, chatId);
		expect(row).toMatchObject({ provider_id: '250 2.0.0 Ok: queued as 1', attempts: 1 });
		expect(mailServer.received).toMatchObject([
			{
				from: 'support@acme.test',
				to: [email],
				user: 'post@acme.test',
				secure: true,
				headers: {
					subject: 'New reply from Acme Support',
					'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
				},
			},
		]);
		expect(mailServer.received[0]?.headers['list-unsubscribe']).toMatch(
			/^<https?:\/\/\S+token=\w+>$/,
		);
		expect(await mails(project)).toEqual([]);
	});

	test('says what to set when no provider is configured', async () => {
		const { chatId } = await dueChat();
		const url = await serve({ SMTP_URL: 'mail.acme.test' });
		expect(await startRun(url)).toEqual({ status: 503, body: { code: 'support_email_no_key' } });
		expect(await notifications(project, chatId)).toMatchObject([
			{ status: 'pending', attempts: 0 },
		]);
	});
});
