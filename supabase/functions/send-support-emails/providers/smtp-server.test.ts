import { describe, expect, it } from 'vitest';
import { chooseProvider } from './choose.ts';
import { readSmtpUrl } from './smtp-server.ts';

describe('readSmtpUrl', () => {
	it.each([
		[
			'smtps://ada:p%40ss%2Fword@mail.test:465',
			{
				host: 'mail.test',
				port: 465,
				secure: true,
				requireTLS: false,
				auth: { user: 'ada', pass: 'p@ss/word' },
			},
		],
		[
			'smtps://ada%40acme.test:x@mail.test',
			{
				host: 'mail.test',
				port: 465,
				secure: true,
				requireTLS: false,
				auth: { user: 'ada@acme.test', pass: 'x' },
			},
		],
		[
			'smtp://ada:x@mail.test:2525',
			{
				host: 'mail.test',
				port: 2525,
				secure: false,
				requireTLS: true,
				auth: { user: 'ada', pass: 'x' },
			},
		],
		[
			'smtp://ada:x@[::1]:2525',
			{
				host: '::1',
				port: 2525,
				secure: false,
				requireTLS: false,
				auth: { user: 'ada', pass: 'x' },
			},
		],
		[' smtp://mail.test/ ', { host: 'mail.test', port: 587, secure: false, requireTLS: false }],
	])('%s', (text, expected) => {
		expect(readSmtpUrl(text)).toEqual(expected);
	});

	it.each([
		'',
		'mail.test:465',
		'https://mail.test',
		'smtps://',
		'smtps://ada:pa#ss@mail.test',
		'smtps://ada:1/ss@mail.test',
		'smtps://ada:1?ss@mail.test',
		'smtps://ada:100%@mail.test',
		'smtp://mail.test:99999',
		'smtp://mail.test?tls.rejectUnauthorized=false',
	])('%j is not a server', (text) => {
		expect(readSmtpUrl(text)).toBeNull();
	});
});

describe('chooseProvider', () => {
	it.each([
		[{}, false],
		[{ RESEND_API_KEY: '', SMTP_URL: '' }, false],
		[{ SMTP_URL: 'mail.test' }, false],
		[{ SMTP_URL: 'smtps://mail.test' }, true],
		[{ RESEND_API_KEY: 're_1' }, true],
	])('%j: %s', (secrets: Record<string, string>, expected) => {
		expect(chooseProvider((name) => secrets[name]) !== null).toBe(expected);
	});
});
