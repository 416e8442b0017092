import { afterEach, describe, expect, it } from 'vitest';
import type { SMTPServerOptions } from 'smtp-server';
import { selfSigned } from '../../../tests/helpers/self-signed';
import type { Mail } from '../../_shared/mail.ts';
import type { Outcome } from '../send-mail.ts';
import { answer, startMailServer, type MailServer } from '../testing/mail-server.ts';
import { smtpSender } from './smtp.ts';
import { readSmtpUrl } from './smtp-server.ts';

const MAIL: Mail = {
	from: '"Zoë, \\"Acme\\" Support" <support@acme.test>',
	to: ['ada@example.com'],
	subject: 'Neue Antwort von Übermut 🎉',
	html: '<p>Grüße</p>',
	text: 'Grüße',
	headers: {
		'List-Unsubscribe': `<https://desk.acme.test/functions/v1/support-unsubscribe?token=${'a1'.repeat(32)}>`,
		'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
		'Auto-Submitted': 'auto-generated',
		References: '<chat.1@acme.test>',
	},
};
const KEY = 'support-email/4f5c';

let server: MailServer;
afterEach(() => server.stop());

async function start(options: SMTPServerOptions = {}): Promise<void> {
	server = await startMailServer(options);
}

function send(mail: Partial<Mail> = {}, given: { url?: string; abortAfterMs?: number } = {}) {
	const read = readSmtpUrl(given.url ?? `smtp://127.0.0.1:${server.port}`);
	if (!read) throw new Error('no address of a mail server');
	return smtpSender(read, given.abortAfterMs ?? 5000)({ ...MAIL, ...mail }, KEY);
}

const decodeWords = (value: string): string =>
	value
		.replace(/\?=\s+=\?/g, '?==?')
		.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_all, kind: string, words: string) =>
			kind.toLowerCase() === 'b'
				? Buffer.from(words, 'base64').toString()
				: decodeURIComponent(words.replaceAll('_', ' ').replaceAll('=', '%')),
		);

describe('an SMTP server that accepts the email', () => {
	it('receives it complete: both texts, every header, names and subject in any alphabet', async () => {
		await start();
		expect(await send()).toEqual({
			kind: 'sent',
			providerId: '250 2.0.0 Ok: queued as 1',
		});
		const [mail] = server.received;
		expect(mail).toMatchObject({ from: 'support@acme.test', to: ['ada@example.com'] });
		const headers = mail?.headers ?? {};
		expect(decodeWords(headers['subject'] ?? '')).toBe(MAIL.subject);
		expect(decodeWords(headers['from'] ?? '')).toMatch(
			/^"?Zoë, \\?"Acme\\?" Support"? <support@acme\.test>$/,
		);
		expect(headers).toMatchObject({
			to: 'ada@example.com',
			'message-id': '<support-email.4f5c@acme.test>',
		});
		for (const [name, value] of Object.entries(MAIL.headers))
			expect(headers[name.toLowerCase()]).toBe(value);
		expect(headers['content-type']).toContain('multipart/alternative');
		expect(mail?.raw).toMatch(
			/text\/plain; charset=utf-8[^]*Gr=C3=BC=C3=9Fe[^]*text\/html; charset=utf-8[^]*<p>Gr=C3=BC=C3=9Fe<\/p>/,
		);
	});

	it('recognises a repeated email by its Message-ID', async () => {
		await start();
		await send();
		await send();
		const ids = server.received.map(({ headers }) => headers['message-id']);
		expect(ids).toHaveLength(2);
		expect(ids[1]).toBe(ids[0]);
	});

	it('cannot be made to accept other headers or recipients', async () => {
		await start();
		await send({
			subject: 'Hello\r\nBcc: eve@example.com',
			from: 'Acme, eve@example.com\r\nBcc: eve@example.com <support@acme.test>',
			headers: { References: '<a@b>\r\nBcc: eve@example.com\r\n\r\nmore' },
		});
		const [mail] = server.received;
		expect(mail).toMatchObject({ from: 'support@acme.test', to: ['ada@example.com'] });
		expect(mail?.headers['bcc']).toBeUndefined();
		expect(mail?.headers['subject']).toBe('Hello Bcc: eve@example.com');
		expect(mail?.raw).not.toMatch(/^Bcc:/im);
	});

	it.each(['ada@example.com, eve@example.com', 'ada@example.com>\r\nRCPT TO:<eve@example.com'])(
		'gets one recipient or none: %j',
		async (to) => {
			await start();
			const { kind } = await send({ to: [to] });
			expect(kind).toBe('failed');
			expect(server.received).toEqual([]);
		},
	);

	it('gets the user and password of the address', async () => {
		await start({ authOptional: false });
		const url = `smtp://post%40acme.test:secret@127.0.0.1:${server.port}`;
		expect(await send({}, { url })).toMatchObject({ kind: 'sent' });
		expect(server.received).toMatchObject([{ user: 'post@acme.test' }]);
	});
});

describe('an SMTP server that refuses', () => {
	const refusals: [string, SMTPServerOptions, Partial<Outcome> & { error: unknown }][] = [
		[
			'the recipient, for good',
			{ onRcptTo: (_to, _session, done) => done(answer(550, '5.1.1 No such user')) },
			{ kind: 'failed', error: expect.stringContaining('550 5.1.1 No such user') },
		],
		[
			'the recipient, for now',
			{ onRcptTo: (_to, _session, done) => done(answer(451, '4.3.0 Try again later')) },
			{ kind: 'retry', error: expect.stringContaining('451 4.3.0 Try again later') },
		],
		[
			'what the mail says',
			{
				onData: (stream, _session, done) =>
					void stream.resume().on('end', () => done(answer(554, '5.7.1 Spam'))),
			},
			{ kind: 'failed', error: expect.stringContaining('554 5.7.1 Spam') },
		],
		[
			'the sender',
			{ onMailFrom: (_from, _session, done) => done(answer(553, '5.7.1 Sender not owned by you')) },
			{
				kind: 'postponed',
				problem: 'support_email_key_refused',
				error: expect.stringContaining('553'),
			},
		],
		[
			'anybody without a password',
			{ authOptional: false },
			{
				kind: 'postponed',
				problem: 'support_email_key_refused',
				error: expect.stringContaining('530'),
			},
		],
		[
			'to talk at all, for now',
			{ onConnect: (_session, done) => done(answer(421, '4.7.0 Too many connections')) },
			{ kind: 'postponed', problem: null, retryAfter: 60, error: expect.stringContaining('421') },
		],
	];
	it.each(refusals)('%s', async (_what, options, expected) => {
		await start(options);
		expect(await send()).toMatchObject(expected);
		expect(server.received).toEqual([]);
	});

	it('the password', async () => {
		await start();
		const url = `smtp://post:wrong@127.0.0.1:${server.port}`;
		const outcome = await send({}, { url });
		expect(outcome).toMatchObject({ kind: 'postponed', problem: 'support_email_key_refused' });
		expect(JSON.stringify(outcome)).not.toContain('wrong');
	});
});

describe('a connection', () => {
	it('that is cut after the email leaves open whether it was accepted', async () => {
		await start({ onData: (stream) => void stream.resume().on('end', () => server.cut()) });
		expect(await send()).toMatchObject({ kind: 'retry' });
	});

	it.each<[string, SMTPServerOptions]>([
		['greets', { onConnect: () => {} }],
		['answers the mail', { onData: (stream) => void stream.resume() }],
	])('on which no one %s is closed after a timeout', async (_what, options) => {
		await start(options);
		expect(await send({}, { abortAfterMs: 200 })).toMatchObject({ kind: 'retry' });
	});

	it('that no one accepts is tried again', async () => {
		await start();
		await server.stop();
		const outcome = await send();
		expect(outcome).toMatchObject({
			kind: 'retry',
			error: expect.stringContaining('ECONNREFUSED'),
		});
	});

	it.each([
		['smtps', { secure: true, disabledCommands: [] }],
		['smtp', { disabledCommands: [] }],
	])('by %s whose certificate is unknown is reported', async (protocol, options) => {
		await start({ ...options, ...selfSigned });
		const url = `${protocol}://post:secret@127.0.0.1:${server.port}`;
		expect(await send({}, { url })).toMatchObject({
			kind: 'postponed',
			problem: 'support_email_server_insecure',
		});
		expect(server.received).toEqual([]);
	});

	it('that must be secure but cannot be is not used', async () => {
		const tried: unknown[] = [];
		await start({ onAuth: (auth) => void tried.push(auth) });
		const server_ = { host: '127.0.0.1', port: server.port, secure: false, requireTLS: true };
		const outcome = await smtpSender({ ...server_, auth: { user: 'post', pass: 'secret' } })(
			MAIL,
			KEY,
		);
		expect(outcome).toMatchObject({ kind: 'postponed', problem: 'support_email_server_insecure' });
		expect([tried, server.received]).toEqual([[], []]);
	});
});
