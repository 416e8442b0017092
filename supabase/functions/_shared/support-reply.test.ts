import { describe, expect, it } from 'vitest';
import { writeSupportReply, type SupportReply } from './support-reply.ts';

const TOKEN = 'a'.repeat(64);

function reply(changes: Partial<SupportReply> = {}): SupportReply {
	return {
		appName: 'Acme',
		from: 'support@acme.test',
		chatUrl: 'https://acme.test/help?lang=en#top',
		unsubscribePage: 'https://desk.acme.test/unsubscribe',
		unsubscribeEndpoint: 'https://project.test/functions/v1/support-unsubscribe',
		unsubscribeToken: TOKEN,
		recipient: 'ada@example.com',
		chatId: '449c9535-baac-4e9f-bad7-20f1e040ae66',
		messages: [{ content: 'It works again.', sender_name: 'Mika' }],
		...changes,
	};
}

const says = (...contents: string[]): Partial<SupportReply> => ({
	messages: contents.map((content) => ({ content, sender_name: 'Mika' })),
});

describe('writeSupportReply', () => {
	it('is short, names the app, and has one recipient', () => {
		const mail = writeSupportReply(reply());
		expect(mail.subject).toBe('New reply from Acme Support');
		expect(mail.from).toBe('"Acme Support" <support@acme.test>');
		expect(mail.to).toEqual(['ada@example.com']);
	});

	it('quotes the answer in both parts, with links to the chat and to unsubscribe', () => {
		const { html, text } = writeSupportReply(reply());
		for (const part of [html, text]) expect(part).toContain('It works again.');
		expect(text).toContain('https://acme.test/help?lang=en&support-chat=open#top');
		expect(html).toContain('href="https://acme.test/help?lang=en&amp;support-chat=open#top"');
		expect(text).toContain(`https://desk.acme.test/unsubscribe?token=${TOKEN}`);
		expect(html).toContain(`href="https://desk.acme.test/unsubscribe?token=${TOKEN}"`);
	});

	it('has the headers of an email that can be unsubscribed with one click', () => {
		const { headers } = writeSupportReply(reply());
		expect(headers).toEqual({
			'Auto-Submitted': 'auto-generated',
			'In-Reply-To': '<chat.449c9535-baac-4e9f-bad7-20f1e040ae66@acme.test>',
			'List-Id': '<support.acme.test>',
			'List-Unsubscribe': `<https://project.test/functions/v1/support-unsubscribe?token=${TOKEN}>`,
			'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
			References: '<chat.449c9535-baac-4e9f-bad7-20f1e040ae66@acme.test>',
			'X-Auto-Response-Suppress': 'All',
		});
	});

	it('puts five replies into one email, in order', () => {
		const { text } = writeSupportReply(reply(says('one', 'two', 'three', 'four', 'five')));
		expect(text).toMatch(/5 replies[^]*> one\n[^]*> two\n[^]*> three\n[^]*> four\n[^]*> five\n/);
	});

	it('shows the newest ten of many, and the number of the others', () => {
		const many = Array.from({ length: 12 }, (_, index) => `answer ${index + 1}.`);
		const { text, html } = writeSupportReply(reply(says(...many)));
		for (const part of [text, html]) {
			expect(part).toContain('12 replies');
			expect(part).toContain('There are 2 earlier replies in the chat.');
			expect(part).not.toContain('answer 2.');
			expect(part).toContain('answer 3.');
		}
	});

	it('cuts a long answer to 200 characters', () => {
		const { text } = writeSupportReply(reply(says('x'.repeat(4000))));
		expect(text).toContain(`> ${'x'.repeat(199)}…\n`);
		expect(text).not.toContain('x'.repeat(200));
	});

	it('shows markup, names and links as text only', () => {
		const { html } = writeSupportReply(
			reply({
				appName: '<i>Acme</i>',
				messages: [
					{ content: '</blockquote><script>alert(1)</script>', sender_name: '"><img src=x>' },
				],
			}),
		);
		expect(html).not.toMatch(/<script|<img|<i>/);
		expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
	});

	it('loads nothing and has no tracking', () => {
		const { html } = writeSupportReply(reply());
		expect(html).not.toMatch(/<img|<link|url\(|@import|src=/i);
	});

	it('keeps the language of the frame and the direction of each reply', () => {
		const { html } = writeSupportReply(reply(says('مرحبا', 'Hello')));
		expect(html).toContain('<html lang="en" dir="ltr">');
		expect(html).toMatch(/dir="rtl"[^>]*>مرحبا/);
		expect(html).toMatch(/dir="ltr"[^>]*>Hello/);
	});

	it('lets no name or sender add a header', () => {
		const mail = writeSupportReply(
			reply({
				appName: 'Acme"\r\nBcc: eve@example.com',
				from: 'a@acme.test\r\nBcc: eve@example.com',
			}),
		);
		const lines = [mail.from, mail.subject, ...Object.entries(mail.headers).flat()];
		for (const line of lines) expect(line).not.toMatch(/[\r\n]/);
		expect(mail.from).toMatch(/^"Acme\\" Bcc: eve@example\.com Support" </);
	});

	it('keeps a sender that already has a name', () => {
		const from = 'Ärztehaus <hallo@acme.test>';
		expect(writeSupportReply(reply({ from })).from).toBe(from);
		expect(writeSupportReply(reply({ from })).headers.References).toMatch(/@acme\.test>$/);
	});

	it("uses the name of the app's support if an agent has no name", () => {
		const messages = [{ content: 'Hello', sender_name: null }];
		expect(writeSupportReply(reply({ messages })).text).toContain('Acme Support:\n> Hello');
	});

	it('is the same for the same input', () => {
		expect(JSON.stringify(writeSupportReply(reply()))).toBe(
			JSON.stringify(writeSupportReply(reply())),
		);
	});
});
