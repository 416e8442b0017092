import { escapeHtml } from './text.ts';

/** The content of the mail, plain; the two functions here make it HTML and text. */
export interface ReplyContent {
	appName: string;
	/** The answers that are shown, oldest first. */
	replies: { name: string; text: string; dir: 'ltr' | 'rtl' }[];
	/** How many unread answers came before those. */
	earlier: number;
	chatLink: string;
	unsubscribeLink: string;
}

/** The HTML part: no images, no tracking, nothing that is loaded. */
export function replyHtml(content: ReplyContent): string {
	const appName = escapeHtml(content.appName);
	const quotes = content.replies.map(
		({ name, text, dir }) => `
      <p style="margin:0 0 4px;font-size:14px;color:#5c6370;">${escapeHtml(name)}</p>
      <blockquote dir="${dir}" style="margin:0 0 20px;padding:12px 16px;border-inline-start:3px solid #1f6f54;background:#f3f4f6;overflow-wrap:anywhere;">${escapeHtml(text)}</blockquote>`,
	);
	return `<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>New reply from ${appName} Support</title>
  </head>
  <body style="margin:0;padding:24px;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif;color:#16181d;background:#ffffff;">
    <div style="display:none;max-height:0;overflow:hidden;">${escapeHtml(content.replies.at(-1)?.text ?? '')}</div>
    <div style="max-width:560px;margin:0 auto;">
      <h1 style="margin:0 0 20px;font-size:18px;">${escapeHtml(headline(content))}</h1>${earlierHtml(content.earlier)}${quotes.join('')}
      <p style="margin:0 0 32px;"><a href="${escapeHtml(content.chatLink)}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:#1f6f54;color:#ffffff;text-decoration:none;">Open the chat</a></p>
      <p style="margin:0;font-size:13px;color:#5c6370;">You get this because you wrote to ${appName} Support and have not seen the answer yet. <a href="${escapeHtml(content.unsubscribeLink)}" style="color:#5c6370;">Unsubscribe</a> from these e-mails.</p>
    </div>
  </body>
</html>
`;
}

/** The plain text part. */
export function replyText(content: ReplyContent): string {
	const quotes = content.replies.map(({ name, text }) => `${name}:\n> ${text}\n`);
	const earlier = content.earlier > 0 ? [`${earlierWords(content.earlier)}\n`] : [];
	return [
		`${headline(content)}\n`,
		...earlier,
		...quotes,
		`Open the chat: ${content.chatLink}\n`,
		'--',
		`You get this because you wrote to ${content.appName} Support and have not seen the answer yet.`,
		`Unsubscribe: ${content.unsubscribeLink}`,
		'',
	].join('\n');
}

function headline({ appName, replies, earlier }: ReplyContent): string {
	const count = replies.length + earlier;
	return count === 1
		? `${appName} Support replied to you`
		: `${appName} Support sent you ${count} replies`;
}

function earlierWords(earlier: number): string {
	return earlier === 1
		? 'One earlier reply is in the chat.'
		: `${earlier} earlier replies are in the chat.`;
}

function earlierHtml(earlier: number): string {
	if (earlier === 0) return '';
	return `\n      <p style="margin:0 0 20px;color:#5c6370;">${earlierWords(earlier)}</p>`;
}
