export type TextToken =
	{ type: 'text'; text: string } | { type: 'link'; text: string; href: string };

const LINK =
	// eslint-disable-next-line no-control-regex -- control characters must end a link
	/(^|[^\p{L}\p{N}])((?:https?:\/\/|mailto:)[^\s<>"'`\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f]+)/giu;
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
/** No host with user and port is longer, and browsers are very slow for long hosts that are not ASCII. */
const MOST_HOST = 300;

/** Closing punctuation does not belong to the link; a closing bracket does only if it was opened inside. */
function trimLink(link: string): string {
	const counts: Record<string, number> = {};
	for (const character of link) counts[character] = (counts[character] ?? 0) + 1;
	let end = link.length;
	for (; end > 0; end--) {
		const last = link[end - 1] ?? '';
		const opening = PAIRS[last];
		const unopened = opening !== undefined && (counts[opening] ?? 0) < (counts[last] ?? 0);
		if (!unopened && !'.,;:!?…*_~'.includes(last)) break;
		counts[last] = (counts[last] ?? 0) - 1;
	}
	return link.slice(0, end);
}

function safeHref(link: string): string | null {
	if ((/^https?:[\\/]*[^\\/?#]*/i.exec(link)?.[0].length ?? 0) > MOST_HOST) return null;
	try {
		const url = new URL(link);
		if (url.protocol === 'mailto:') return url.pathname.includes('@') ? url.href : null;
		const web = url.protocol === 'https:' || url.protocol === 'http:';
		// An address before the host ("https://bank.example@evil.example") is there to deceive.
		return web && url.username === '' && url.password === '' ? url.href : null;
	} catch {
		return null;
	}
}

/** Cuts a message into text and links (http, https and mailto only). Joined, the texts are the message, unchanged. */
export function tokenize(text: string): TextToken[] {
	const tokens: TextToken[] = [];
	let from = 0;
	for (const match of text.matchAll(LINK)) {
		const start = match.index + (match[1] ?? '').length;
		const link = trimLink(match[2] ?? '');
		const href = safeHref(link);
		if (href === null) continue;
		if (start > from) tokens.push({ type: 'text', text: text.slice(from, start) });
		tokens.push({ type: 'link', text: link, href });
		from = start + link.length;
	}
	if (from < text.length) tokens.push({ type: 'text', text: text.slice(from) });
	return tokens;
}
