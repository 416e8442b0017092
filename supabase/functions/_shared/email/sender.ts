import { headerText } from '../text.ts';

/** Adds the name of the app's support to a bare address; an address with a name stays as it is. */
export function senderOf(from: string, appName: string): string {
	const clean = headerText(from, 320);
	if (clean.includes('<')) return clean;
	return `"${`${appName} Support`.replace(/["\\]/g, '\\$&')}" <${clean}>`;
}

/** The headers of every email: they prevent auto-replies, and group the emails of a chat into one thread. */
export function noticeHeaders(from: string, chatId: string | null): Record<string, string> {
	const headers = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };
	if (chatId === null) return headers;
	const address = headerText(/<([^<>]*)>/.exec(from)?.[1] ?? from, 320);
	const thread = `<chat.${chatId}@${address.split('@').at(-1) ?? ''}>`;
	return { ...headers, 'In-Reply-To': thread, References: thread };
}

/** Adds a parameter to an address. */
export function withParameter(address: string, name: string, value: string): string {
	const url = new URL(address);
	url.searchParams.set(name, value);
	return url.href;
}
