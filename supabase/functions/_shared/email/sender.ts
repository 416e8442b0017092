import { headerText } from '../text.ts';

/** Gives a bare address the name of the app's support; an address with a name keeps it. */
export function senderOf(from: string, appName: string): string {
	const clean = headerText(from, 320);
	if (clean.includes('<')) return clean;
	return `"${`${appName} Support`.replace(/["\\]/g, '\\$&')}" <${clean}>`;
}

/**
 * The headers of every email of ours: auto-replies do not answer it, and emails of one chat form one thread.
 */
export function noticeHeaders(from: string, chatId: string | null): Record<string, string> {
	const headers = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };
	if (chatId === null) return headers;
	const address = headerText(/<([^<>]*)>/.exec(from)?.[1] ?? from, 320);
	const thread = `<chat.${chatId}@${address.split('@').at(-1) ?? ''}>`;
	return { ...headers, 'In-Reply-To': thread, References: thread };
}

/** An address with a parameter more. */
export function withParameter(address: string, name: string, value: string): string {
	const url = new URL(address);
	url.searchParams.set(name, value);
	return url.href;
}
