import { escapeHtml } from '../text.ts';
import type { Block, Inline } from './blocks.ts';

/** A complete email in plain form; the two functions here turn it into HTML and text. */
export interface MailPage {
	/** One of our language codes. */
	lang: string;
	title: string;
	/** The preview text that mail programs show next to the subject. */
	teaser: string;
	blocks: Block[];
	/** The footer of every email, which templates cannot change. */
	footer: { text: string; link: { href: string; label: string } | null };
}

const GREEN = '#1f6f54';
const GREY = '#5c6370';

/**
 * The HTML part. It has no images, no tracking and loads nothing. Every text is escaped; only our own links are links.
 */
export function pageHtml({ lang, title, teaser, blocks, footer }: MailPage): string {
	const link = footer.link;
	const unsubscribe = link ? ` ${anchor(link.href, link.label, `color:${GREY};`)}` : '';
	return `<!doctype html>
<html lang="${lang}" dir="ltr">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)}</title>
  </head>
  <body style="margin:0;padding:24px;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif;color:#16181d;background:#ffffff;">
    <div style="display:none;max-height:0;overflow:hidden;">${escapeHtml(teaser)}</div>
    <div style="max-width:560px;margin:0 auto;overflow-wrap:anywhere;">${blocks.map(blockHtml).join('')}
      <p style="margin:32px 0 0;font-size:13px;color:${GREY};">${escapeHtml(footer.text)}${unsubscribe}</p>
    </div>
  </body>
</html>
`;
}

function blockHtml(block: Block): string {
	switch (block.kind) {
		case 'heading':
			return `\n      <h1 style="margin:0 0 20px;font-size:18px;">${escapeHtml(block.text)}</h1>`;
		case 'paragraph':
			return `\n      <p style="margin:0 0 20px;">${block.inlines.map(inlineHtml).join('')}</p>`;
		case 'button': {
			const style = `display:inline-block;padding:10px 18px;border-radius:8px;background:${GREEN};color:#ffffff;text-decoration:none;`;
			return `\n      <p style="margin:0 0 20px;">${anchor(block.href, block.label, style)}</p>`;
		}
		case 'quotes':
			return (
				(block.before === null
					? ''
					: `\n      <p style="margin:0 0 20px;color:${GREY};">${escapeHtml(block.before)}</p>`) +
				block.quotes
					.map(
						({ name, text, dir }) => `
      <p style="margin:0 0 4px;font-size:14px;color:${GREY};">${escapeHtml(name)}</p>
      <blockquote dir="${dir}" style="margin:0 0 20px;padding:12px 16px;border-inline-start:3px solid ${GREEN};background:#f3f4f6;overflow-wrap:anywhere;">${escapeHtml(text)}</blockquote>`,
					)
					.join('')
			);
	}
}

function inlineHtml(inline: Inline): string {
	if ('href' in inline) return anchor(inline.href, inline.label, `color:${GREEN};`);
	return escapeHtml(inline.text).replaceAll('\n', '<br>\n');
}

function anchor(href: string, label: string, style: string): string {
	return `<a href="${escapeHtml(href)}" style="${style}">${escapeHtml(label)}</a>`;
}

/** The plain text part. */
export function pageText({ blocks, footer }: MailPage): string {
	const { link } = footer;
	return [
		...blocks.map((block) => `${blockText(block)}\n`),
		'--',
		footer.text,
		...(link ? [`${link.label}: ${link.href}`] : []),
		'',
	].join('\n');
}

function blockText(block: Block): string {
	switch (block.kind) {
		case 'heading':
			return block.text;
		case 'paragraph':
			return block.inlines.map((one) => ('href' in one ? one.href : one.text)).join('');
		case 'button':
			return `${block.label}: ${block.href}`;
		case 'quotes':
			return [
				...(block.before === null ? [] : [`${block.before}\n`]),
				...block.quotes.map(({ name, text }, at) => `${at > 0 ? '\n' : ''}${name}:\n> ${text}`),
			].join('\n');
	}
}
