import type { Mail } from './mail.ts';
import { replyHtml, replyText, type ReplyContent } from './support-reply-body.ts';
import { direction, headerText, preview } from './text.ts';

const PREVIEW_LENGTH = 200;
const MOST_REPLIES = 10;

/** What a mail about unread answers is made of. Every address in it comes from the settings, none from a request. */
export interface SupportReply {
	appName: string;
	/** `support@acme.com` or `Acme <support@acme.com>`. */
	from: string;
	/** The page with the widget on it. */
	chatUrl: string;
	/** Where a person unsubscribes (a page), and where a mail program does (a POST); the token is added to both. */
	unsubscribePage: string;
	unsubscribeEndpoint: string;
	unsubscribeToken: string;
	recipient: string;
	chatId: string;
	/** The unread answers, oldest first, at least one. */
	messages: { content: string; sender_name: string | null }[];
}

/** Writes the mail `support_reply`. The same input always gives the same mail, byte for byte. */
export function writeSupportReply(reply: SupportReply): Mail {
	const appName = headerText(reply.appName, 60);
	const shown = reply.messages.slice(-MOST_REPLIES);
	const content: ReplyContent = {
		appName,
		replies: shown.map(({ content, sender_name }) => {
			const text = preview(content, PREVIEW_LENGTH);
			return {
				name: headerText(sender_name ?? `${appName} Support`, 80),
				text,
				dir: direction(text),
			};
		}),
		earlier: reply.messages.length - shown.length,
		chatLink: withParameter(reply.chatUrl, 'support-chat', 'open'),
		unsubscribeLink: withParameter(reply.unsubscribePage, 'token', reply.unsubscribeToken),
	};
	return {
		from: sender(reply.from, appName),
		to: [reply.recipient],
		subject: `New reply from ${appName} Support`,
		html: replyHtml(content),
		text: replyText(content),
		headers: headers(reply),
	};
}

function headers(reply: SupportReply): Record<string, string> {
	const oneClick = withParameter(reply.unsubscribeEndpoint, 'token', reply.unsubscribeToken);
	const domain = addressOf(reply.from).split('@').at(-1) ?? '';
	// Constant per chat, so that mail programs keep the notices of one chat together.
	const thread = `<chat.${reply.chatId}@${domain}>`;
	return {
		'Auto-Submitted': 'auto-generated',
		'In-Reply-To': thread,
		'List-Id': `<support.${new URL(reply.chatUrl).hostname}>`,
		'List-Unsubscribe': `<${oneClick}>`,
		'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
		References: thread,
		'X-Auto-Response-Suppress': 'All',
	};
}

/** Gives a bare address the name of the desk; one that has a name keeps it. */
function sender(from: string, appName: string): string {
	const clean = headerText(from, 320);
	if (clean.includes('<')) return clean;
	return `"${`${appName} Support`.replace(/["\\]/g, '\\$&')}" <${clean}>`;
}

function addressOf(from: string): string {
	return headerText(/<([^>]*)>/.exec(from)?.[1] ?? from, 320);
}

function withParameter(address: string, name: string, value: string): string {
	const url = new URL(address);
	url.searchParams.set(name, value);
	return url.href;
}
