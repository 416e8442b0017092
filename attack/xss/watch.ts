import type { BrowserContext, Page } from 'playwright';

/** Attributes that run scripts, and elements that no page of the product uses. */
const FORBIDDEN =
	'math, iframe:not([sandbox=""]), object, embed, details[ontoggle], img[src="x"], [onerror], [onload], [onfocus], [onmouseover], [onpageshow], [href^="javascript:" i]';

/** Arguments of `alert` calls by payloads in the pages of a context. */
export async function watchAlerts(context: BrowserContext): Promise<string[]> {
	const ran: string[] = [];
	await context.exposeBinding('alert', (_source, word: unknown) => void ran.push(String(word)));
	return ran;
}

/** Elements made by a payload, in the document and in the widget's shadow root. */
export async function foreignElements(page: Page): Promise<string[]> {
	return page.evaluate((selector) => {
		const roots: (Document | ShadowRoot)[] = [document];
		const shadow = document.querySelector('support-chat')?.shadowRoot;
		if (shadow) roots.push(shadow);
		const scripts = [...document.scripts].filter(({ text }) => /^alert\(\d+\)$/.test(text));
		const found = roots.flatMap((root) => [...root.querySelectorAll(selector)]);
		return [...found, ...scripts].map((element) => element.outerHTML.slice(0, 200));
	}, FORBIDDEN);
}
