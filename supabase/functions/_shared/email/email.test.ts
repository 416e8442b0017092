import { describe, expect, it } from 'vitest';
import { writeTeamWaiting, writeTestMail, type TeamWaiting } from '../team-mail.ts';
import { writeSupportReply, type SupportReply } from '../support-reply.ts';
import { languageOf, wordsIn } from './language.ts';
import { missingVariable, tokenize, unknownVariable } from './template.ts';
import { EMAIL_LOCALES, TEMPLATE_KINDS } from './variables.ts';

const reply = (changes: Partial<SupportReply> = {}): SupportReply => ({
	appName: 'Acme',
	from: 'support@acme.test',
	chatUrl: 'https://acme.test/help',
	unsubscribePage: 'https://desk.acme.test/unsubscribe',
	unsubscribeEndpoint: 'https://project.test/functions/v1/support-unsubscribe',
	unsubscribeToken: 't0k3n',
	recipient: 'ada@example.com',
	chatId: 'c1',
	messages: [{ content: 'It works again.', sender_name: 'Mika' }],
	...changes,
});
const waiting = (changes: Partial<TeamWaiting> = {}): TeamWaiting => ({
	appName: 'Acme',
	from: 'support@acme.test',
	recipient: 'team@acme.test',
	locale: 'en',
	dashboardUrl: 'https://desk.acme.test/',
	chatId: 'c1',
	customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
	waitingMinutes: 7,
	firstMessage: 'Is anybody there?',
	...changes,
});

describe('the default texts', () => {
	it.each(EMAIL_LOCALES)('follow the rules for templates: %s', (locale) => {
		for (const kind of TEMPLATE_KINDS) {
			const { subject, body } = wordsIn(locale).templates[kind];
			expect(unknownVariable(kind, 'subject', subject)).toBeNull();
			expect(unknownVariable(kind, 'body', body)).toBeNull();
			expect(missingVariable(kind, body)).toBeNull();
		}
	});

	it.each(EMAIL_LOCALES)('are in one language throughout, footer included: %s', (locale) => {
		const words = wordsIn(locale);
		const mail = writeSupportReply(
			reply({ locale, messages: Array(12).fill(reply().messages[0]) }),
		);
		for (const part of [mail.html, mail.text])
			for (const said of [
				words.summary('Acme', 12),
				words.earlier(2),
				words.openChat,
				words.unsubscribe,
				words.replyFooter('Acme'),
			])
				expect(part).toContain(said);
		expect(mail.html).toContain(`<html lang="${locale}" dir="ltr">`);
		const team = writeTeamWaiting(waiting({ locale }));
		expect(team.text).toContain(words.teamFooter('Acme'));
		expect(team.text).toContain('Is anybody there?');
		expect(writeTestMail(waiting({ locale })).subject).toBe(words.test.subject('Acme'));
	});

	it.each([
		['de-AT', 'de'],
		['DE_de', 'de'],
		['zh-Hans-CN', 'zh'],
		['pt-BR', 'en'],
		['', 'en'],
		['<de>', 'en'],
		[null, 'en'],
		[undefined, 'en'],
	])('a page in %s gets an email in %s', (locale, language) => {
		expect(languageOf(locale)).toBe(language);
	});
});

describe('an email to the team', () => {
	it('has the customer, the waiting time and the message, and links to the chat', () => {
		const mail = writeTeamWaiting(waiting());
		expect(mail.subject).toBe('Ada Lovelace (ada@example.com) is waiting for a reply');
		expect(mail.text).toContain('waiting for 7 min');
		expect(mail.text).toContain('> Is anybody there?');
		expect(mail.text).toContain('Open the chat: https://desk.acme.test/chats/c1');
		expect(mail.headers).not.toHaveProperty('List-Unsubscribe');
	});

	it('leaves out missing values', () => {
		const mail = writeTeamWaiting(
			waiting({ customer: null, firstMessage: null, dashboardUrl: null }),
		);
		expect(mail.subject).toBe('A customer is waiting for a reply');
		expect(mail.html).not.toMatch(/<blockquote|<a /);
		expect(mail.text).not.toMatch(/\n\n\n/);
	});
});

describe('a template of the team', () => {
	const own = (body: string, subject = 'Hi {{customer}}') =>
		writeSupportReply(
			reply({
				customer: { name: 'Ada', email: null },
				templates: [{ kind: 'user_reply', locale: 'en', subject, body }],
			}),
		);

	it('sets words, paragraphs and variables in both parts', () => {
		const mail = own('Dear {{ customer }},\nwe wrote:\n\n{{messages}}\n\nLook {{chat_link}} now.');
		expect(mail.subject).toBe('Hi Ada');
		expect(mail.text).toMatch(
			/^Dear Ada,\nwe wrote:\n\nMika:\n> It works again\.\n\nLook https:\S+ now\.\n\n--\n/,
		);
		expect(mail.html).toMatch(/Dear Ada,<br>\nwe wrote:<\/p>/);
		expect(mail.html).toMatch(/Look <a href="https:\/\/acme[^"]+"[^>]*>Open the chat<\/a> now\./);
	});

	it('applies to its language only', () => {
		const templates = [{ kind: 'user_reply', locale: 'de', subject: 'Neu', body: '{{messages}}' }];
		expect(writeSupportReply(reply({ templates, locale: 'de-CH' })).subject).toBe('Neu');
		expect(writeSupportReply(reply({ templates })).subject).toBe('New reply from Acme Support');
	});

	it('always keeps the unsubscribe link', () => {
		const mail = own('{{messages}}{{chat_link}}');
		for (const part of [mail.html, mail.text])
			expect(part).toContain('https://desk.acme.test/unsubscribe?token=t0k3n');
		expect(mail.headers['List-Unsubscribe']).toContain('token=t0k3n');
	});

	it('is plain text: markup and addresses in it are not interpreted', () => {
		const { html } = own('<b>bold</b> https://acme.test\n\n{{messages}}\n\n{{chat_link}}');
		expect(html).toContain('&lt;b&gt;bold&lt;/b&gt; https://acme.test');
	});

	it('keeps an unknown variable as text', () => {
		expect(own('{{nobody}} {{messages}}').text).toContain('{{nobody}}');
	});

	it('breaks the line around a quote inside a line', () => {
		expect(own('Before {{messages}} after').text).toMatch(/^Before \n\nMika:\n> .*\n\n after\n/);
	});

	it.each([
		['{{app_name}}', null],
		['{{ app_name }}', null],
		['{{app_nam}}', 'app_nam'],
		['{{}}', ''],
		['{{APP_NAME}}', 'APP_NAME'],
		['{{app_name', null],
		['{app_name}', null],
		['{{constructor}}', 'constructor'],
	])('%s: the unknown variable is %s', (body, unknown) => {
		expect(unknownVariable('user_reply', 'body', body)).toBe(unknown);
	});

	it('names the missing variable', () => {
		expect(missingVariable('user_reply', 'Hello')).toBe('messages');
		expect(missingVariable('user_reply', '{{messages}}')).toBe('chat_link');
		expect(missingVariable('staff_waiting', 'Hello')).toBeNull();
	});

	it('is split into its parts', () => {
		expect(tokenize('a {{b}} c{{ d }}')).toEqual([
			{ text: 'a ' },
			{ variable: 'b' },
			{ text: ' c' },
			{ variable: 'd' },
		]);
	});
});

it('the same input gives the same email, byte for byte', () => {
	for (const write of [() => writeSupportReply(reply()), () => writeTeamWaiting(waiting())])
		expect(JSON.stringify(write())).toBe(JSON.stringify(write()));
});
