import type { Mail } from './mail.ts';
import { fillBody, fillLine, type Values } from './email/blocks.ts';
import { languageOf, templateFor, wordsIn } from './email/language.ts';
import { pageHtml, pageText, type MailPage } from './email/page.ts';
import { customerName } from './email/safe-text.ts';
import { noticeHeaders, senderOf, withParameter } from './email/sender.ts';
import { SUBJECT_MAX_CHARACTERS, type OwnTemplate } from './email/variables.ts';
import { direction, headerText, preview } from './text.ts';

const PREVIEW_LENGTH = 200;
const MOST_REPLIES = 10;

/** The data of an email about unread replies. Every address in it comes from the settings, none from a request. */
export interface SupportReply {
	appName: string;
	/** `support@acme.com` or `Acme <support@acme.com>`. */
	from: string;
	/** The page with the widget on it. */
	chatUrl: string;
	/** The unsubscribe addresses for people (a page) and for mail programs (a POST); the token is added to both. */
	unsubscribePage: string;
	unsubscribeEndpoint: string;
	unsubscribeToken: string;
	recipient: string;
	chatId: string;
	/** The unread replies, oldest first, at least one. */
	messages: { content: string; sender_name: string | null }[];
	/** The language of the customer's page. */
	locale?: string | null;
	customer?: { name: string | null; email: string | null } | null;
	/** The team's own templates. */
	templates?: readonly OwnTemplate[];
}

/** Writes the email `user_reply`. The same input always gives the same email, byte for byte. */
export function writeSupportReply(reply: SupportReply): Mail {
	const appName = headerText(reply.appName, 60);
	const language = languageOf(reply.locale);
	const words = wordsIn(language);
	const template = templateFor('user_reply', language, reply.templates);
	const values = valuesOf(reply, appName);
	const subject = headerText(fillLine(template.subject, values), SUBJECT_MAX_CHARACTERS);
	const page: MailPage = {
		lang: language,
		title: subject,
		teaser: preview(reply.messages.at(-1)?.content ?? '', PREVIEW_LENGTH),
		blocks: fillBody(template.body, values),
		footer: {
			text: words.replyFooter(appName),
			link: { href: unsubscribeLink(reply), label: words.unsubscribe },
		},
	};
	return {
		from: senderOf(reply.from, appName),
		to: [reply.recipient],
		subject: subject || `${appName} Support`,
		html: pageHtml(page),
		text: pageText(page),
		headers: headers(reply),
	};
}

function valuesOf(reply: SupportReply, appName: string): Values {
	const words = wordsIn(languageOf(reply.locale));
	const shown = reply.messages.slice(-MOST_REPLIES);
	const earlier = reply.messages.length - shown.length;
	return {
		app_name: { kind: 'text', text: appName },
		customer: { kind: 'text', text: customerName(reply.customer, words.customer) },
		summary: { kind: 'heading', text: words.summary(appName, reply.messages.length) },
		messages: {
			kind: 'quotes',
			before: earlier > 0 ? words.earlier(earlier) : null,
			quotes: shown.map(({ content, sender_name }) => {
				const text = preview(content, PREVIEW_LENGTH);
				const name = headerText(sender_name ?? `${appName} Support`, 80);
				return { name, text, dir: direction(text) };
			}),
		},
		chat_link: {
			kind: 'link',
			href: withParameter(reply.chatUrl, 'support-chat', 'open'),
			label: words.openChat,
		},
		unsubscribe_link: { kind: 'link', href: unsubscribeLink(reply), label: words.unsubscribe },
	};
}

const unsubscribeLink = ({ unsubscribePage, unsubscribeToken }: SupportReply): string =>
	withParameter(unsubscribePage, 'token', unsubscribeToken);

function headers(reply: SupportReply): Record<string, string> {
	const oneClick = withParameter(reply.unsubscribeEndpoint, 'token', reply.unsubscribeToken);
	return {
		...noticeHeaders(reply.from, reply.chatId),
		'List-Id': `<support.${new URL(reply.chatUrl).hostname}>`,
		'List-Unsubscribe': `<${oneClick}>`,
		'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
	};
}
