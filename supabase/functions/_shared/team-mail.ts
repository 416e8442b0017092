import { fillBody, fillLine, type Values } from './email/blocks.ts';
import { languageOf, templateFor, wordsIn } from './email/language.ts';
import { pageHtml, pageText, type MailPage } from './email/page.ts';
import { customerName, excerpt } from './email/safe-text.ts';
import { noticeHeaders, senderOf } from './email/sender.ts';
import { SUBJECT_MAX_CHARACTERS, type OwnTemplate } from './email/variables.ts';
import type { Mail } from './mail.ts';
import { direction, headerText } from './text.ts';

const EXCERPT_LENGTH = 300;

/** The data of every email to the team. */
export interface TeamMail {
	appName: string;
	from: string;
	recipient: string;
	/** The language of emails to the team. */
	locale: string;
}

/**
 * The data of an email about a conversation that no agent has taken; the customer's name and message are untrusted
 * text.
 */
export interface TeamWaiting extends TeamMail {
	/** The address of the dashboard; without it the email has no link. */
	dashboardUrl: string | null;
	chatId: string;
	customer: { name: string | null; email: string | null } | null;
	waitingMinutes: number;
	/** Null if they have not written yet. */
	firstMessage: string | null;
	templates?: readonly OwnTemplate[];
}

/** Writes the email `staff_waiting`. The same input always gives the same email, byte for byte. */
export function writeTeamWaiting(notice: TeamWaiting): Mail {
	const appName = headerText(notice.appName, 60);
	const language = languageOf(notice.locale);
	const template = templateFor('staff_waiting', language, notice.templates);
	const values = valuesOf(notice, appName);
	const subject = headerText(fillLine(template.subject, values), SUBJECT_MAX_CHARACTERS);
	return compose(notice, notice.chatId, {
		lang: language,
		title: subject,
		teaser: excerpt(notice.firstMessage ?? '', EXCERPT_LENGTH),
		blocks: fillBody(template.body, values),
		footer: { text: wordsIn(language).teamFooter(appName), link: null },
	});
}

/** Writes the email `test`. */
export function writeTestMail(test: TeamMail): Mail {
	const appName = headerText(test.appName, 60);
	const language = languageOf(test.locale);
	const words = wordsIn(language);
	const body = words.test.body(appName);
	return compose(test, null, {
		lang: language,
		title: words.test.subject(appName),
		teaser: body,
		blocks: [{ kind: 'paragraph', inlines: [{ text: body }] }],
		footer: { text: `${appName} Support`, link: null },
	});
}

function valuesOf(notice: TeamWaiting, appName: string): Values {
	const words = wordsIn(languageOf(notice.locale));
	const customer = customerName(notice.customer, words.customer);
	const text = excerpt(notice.firstMessage ?? '', EXCERPT_LENGTH);
	return {
		app_name: { kind: 'text', text: appName },
		customer: { kind: 'text', text: customer },
		waiting_minutes: { kind: 'text', text: String(Math.max(0, notice.waitingMinutes)) },
		first_message:
			text === ''
				? null
				: {
						kind: 'quotes',
						before: null,
						quotes: [{ name: customer, text, dir: direction(text) }],
					},
		chat_link:
			notice.dashboardUrl === null
				? null
				: {
						kind: 'link',
						href: `${notice.dashboardUrl.replace(/\/+$/, '')}/chats/${notice.chatId}`,
						label: words.openChat,
					},
	};
}

function compose(
	{ appName, from, recipient }: TeamMail,
	chatId: string | null,
	page: MailPage,
): Mail {
	const name = headerText(appName, 60);
	return {
		from: senderOf(from, name),
		to: [recipient],
		subject: page.title || `${name} Support`,
		html: pageHtml(page),
		text: pageText(page),
		headers: noticeHeaders(from, chatId),
	};
}
