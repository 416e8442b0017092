import { describe, expect, it } from 'vitest';
import { writeTeamWaiting, type TeamWaiting } from '../team-mail.ts';
import { writeSupportReply, type SupportReply } from '../support-reply.ts';

const LINKS = [
	'https://acme.test/help?support-chat=open',
	'https://desk.acme.test/unsubscribe?token=t0k3n',
	'https://desk.acme.test/chats/449c9535-baac-4e9f-bad7-20f1e040ae66',
];
const CR = '\r';
const LF = '\n';

/** Hostile names and texts. Each is used as name, address, message, app name and agent's name. */
const HOSTILE = [
	'<script>alert(1)</script>',
	'</script><script>alert(1)</script>',
	'<img src=x onerror=alert(1)>',
	'"><img src=x onerror=alert(1)>',
	"'><img src=x onerror=alert(1)>",
	'<svg/onload=alert(1)>',
	'<svg><animate onbegin=alert(1) attributeName=x>',
	'<a href="https://evil.test">click</a>',
	'<a href=javascript:alert(1)>x</a>',
	'" href="https://evil.test" x="',
	"' onmouseover='alert(1)",
	'" style="background:url(https://evil.test/x)',
	'</blockquote></p><h1>You won</h1>',
	'</title><script>1</script>',
	'</div></body></html><html>',
	'<!-- ',
	'-->',
	'<![CDATA[<b>]]>',
	'<?php echo 1 ?>',
	'<style>*{display:none}</style>',
	'<link rel=stylesheet href=https://evil.test/x.css>',
	'<meta http-equiv=refresh content="0;url=https://evil.test">',
	'<base href="https://evil.test/">',
	'<iframe src="https://evil.test"></iframe>',
	'<form action="https://evil.test"><input name=password></form>',
	'<object data="https://evil.test">',
	'<embed src="https://evil.test">',
	'<video src=https://evil.test/x autoplay>',
	'<body onload=alert(1)>',
	'<table background="https://evil.test/x">',
	'&lt;script&gt;alert(1)&lt;/script&gt;',
	'&#60;script&#62;',
	'&quot;&gt;&lt;img&gt;',
	'{{chat_link}}',
	'{{unsubscribe_link}}',
	'{{messages}}',
	'{{ app_name }}',
	'{{{{chat_link}}}}',
	'}}{{chat_link}}{{',
	'{{constructor}}',
	'{{__proto__}}',
	'${alert(1)}',
	'$&$1$`',
	'%0d%0aBcc: eve@evil.test',
	`Ada${CR}${LF}Bcc: eve@evil.test`,
	`Ada${LF}Bcc: eve@evil.test`,
	`Ada${CR}Bcc: eve@evil.test`,
	`Ada${CR}${LF}${CR}${LF}<b>another body</b>`,
	`${LF}.${LF}QUIT`,
	'Ada\u2028Bcc: eve@evil.test',
	'Ada\u2029Bcc: eve@evil.test',
	'Ada\u0085Bcc: eve@evil.test',
	'Ada\u0000Bcc: eve@evil.test',
	'Ada\tBcc: eve@evil.test',
	'Ada" <eve@evil.test>, "x',
	'eve@evil.test>, <eve2@evil.test',
	'=?utf-8?B?PGI+?=',
	'\u202egpj.exe',
	'\u2066isolated\u2069',
	'\u200f\u200eturned',
	'\u061carabic mark',
	'https://evil.test/login',
	'http://evil.test',
	'javascript:alert(1)',
	'data:text/html,<script>alert(1)</script>',
	'www.evil.test',
	'mailto:eve@evil.test',
	'[click](https://evil.test)',
	'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢',
	'😀'.repeat(300),
	'x'.repeat(20_000),
	' \u200b\u00a0 ',
];

const template = {
	user_reply: {
		subject: '{{customer}} at {{app_name}}: {{summary}}',
		body: 'Dear {{customer}} of {{app_name}}\n\n{{summary}}\n\n{{messages}}\n\nHere: {{chat_link}} or {{unsubscribe_link}}',
	},
	staff_waiting: {
		subject: '{{customer}} at {{app_name}}, {{waiting_minutes}}',
		body: '{{customer}} waits: {{first_message}} for {{waiting_minutes}} at {{chat_link}} of {{app_name}}',
	},
};
const templates = (own: boolean) =>
	own ? Object.entries(template).map(([kind, words]) => ({ kind, locale: 'en', ...words })) : [];

const reply = (text: string, own: boolean): SupportReply => ({
	appName: text,
	from: 'support@acme.test',
	chatUrl: 'https://acme.test/help',
	unsubscribePage: 'https://desk.acme.test/unsubscribe',
	unsubscribeEndpoint: 'https://project.test/functions/v1/support-unsubscribe',
	unsubscribeToken: 't0k3n',
	recipient: 'ada@example.com',
	chatId: '449c9535-baac-4e9f-bad7-20f1e040ae66',
	messages: [{ content: text, sender_name: text }],
	customer: { name: text, email: text },
	locale: text,
	templates: templates(own),
});
const waiting = (text: string, own: boolean): TeamWaiting => ({
	appName: text,
	from: 'support@acme.test',
	recipient: 'team@acme.test',
	locale: text,
	dashboardUrl: 'https://desk.acme.test/',
	chatId: '449c9535-baac-4e9f-bad7-20f1e040ae66',
	customer: { name: text, email: text },
	waitingMinutes: 7,
	firstMessage: text,
	templates: templates(own),
});

/** The tags of an email without the values of their attributes, which are the same for all emails of a template. */
const skeleton = (html: string): string =>
	[...html.matchAll(/<(?:[^<>"]|"[^"]*")*>/g)]
		.map(([tag]) => tag.replace(/dir="(?:ltr|rtl)"/, 'dir').replace(/href="[^"]*"/, 'href'))
		.join('');

describe.each([
	['our own words', false],
	['the team’s template', true],
] as const)('in %s', (_words, own) => {
	it.each(HOSTILE.map((text) => [JSON.stringify(text).slice(0, 60), text] as const))(
		'%s is shown as text only',
		(_name, text) => {
			const harmless = [
				writeSupportReply(reply('Ada', own)),
				writeTeamWaiting(waiting('Ada', own)),
			];
			const mails = [writeSupportReply(reply(text, own)), writeTeamWaiting(waiting(text, own))];
			for (const [at, mail] of mails.entries()) {
				for (const line of [mail.subject, mail.from, ...Object.entries(mail.headers).flat()])
					expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
				expect(mail.subject.trim()).not.toBe('');
				expect(Array.from(mail.subject).length).toBeLessThanOrEqual(200);
				expect(mail.to).toHaveLength(1);
				for (const [, href] of mail.html.matchAll(/href="([^"]*)"/g)) expect(LINKS).toContain(href);
				// An empty name leaves a paragraph out in both emails.
				const expected = skeleton(harmless[at]!.html);
				if (text.trim() !== '' && !/^[\s\u200b\u00a0]+$/.test(text))
					expect(skeleton(mail.html)).toBe(expected);
				expect(mail.html).not.toMatch(/<(?:script|img|svg|style|link|iframe|form|object|base)\b/i);
				expect(mail.text).not.toMatch(/^Bcc:/m);
			}
		},
	);
});

it('there are more than sixty of them', () => {
	expect(HOSTILE.length).toBeGreaterThan(60);
});
