import type { CDPSession, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Site } from './testing/site';

const site = new Site();
beforeAll(() => site.start(), 120_000);
afterAll(() => site.stop());
beforeEach(() => site.begin());
afterEach(() => site.end());
vi.setConfig({ testTimeout: 30_000 });

type Keys = Record<string, string[]>;

/** The own keys of the window, of the document's parts and of every class, with its prototype. */
const keysOf = (page: Page): Promise<Keys> =>
	page.evaluate(() => {
		const found: Record<string, string[]> = {};
		const note = (name: string, value: unknown) => {
			if (Object(value) === value) found[name] = Reflect.ownKeys(Object(value)).map(String);
		};
		note('window', window);
		note('document', document);
		note('html', document.documentElement);
		note('body', document.body);
		for (const name of Object.getOwnPropertyNames(window)) {
			const value: unknown = Reflect.get(window, name);
			if (typeof value !== 'function') continue;
			note(name, value);
			note(`${name}.prototype`, value.prototype);
		}
		return found;
	});

/** Additions: only objects with something new are listed. */
function added(before: Keys, after: Keys): Keys {
	const found: Keys = {};
	for (const [place, keys] of Object.entries(after)) {
		const more = keys.filter((key) => !before[place]?.includes(key));
		if (more.length > 0 && before[place]) found[place] = more;
	}
	return found;
}

/** The types that the page's own world listens to. */
async function listenersOf(cdp: CDPSession): Promise<Keys> {
	const places = ['window', 'document', 'document.documentElement', 'document.body'];
	const expression = `({ ${places.map((place) => `'${place}': types(getEventListeners(${place}))`).join()} })`;
	const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
		expression: `const types = (found) => Object.values(found).flat().map(({ type }) => type).sort(); ${expression}`,
		includeCommandLineAPI: true,
		returnByValue: true,
		replMode: true,
	});
	if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
	return result.value as Keys;
}

/** docs/widget.md says why each of these is harmless. */
const ALLOWED = {
	window: ['SupportChat'],
	'Element.prototype': ['__e', 'Symbol(class)', 'Symbol(attributes)', 'Symbol(style)'],
	'Text.prototype': ['Symbol(text)'],
};

it('leaves the listed properties on the page, and no listener', async () => {
	for (let i = 1; i <= 60; i++) site.project.add(`Message ${i} https://example.com`);
	const page = await site.open({ bare: true });
	const cdp = await page.context().newCDPSession(page);
	// Playwright adds listeners of its own with the first script.
	await page.addScriptTag({ content: 'void 0' });
	const [keys, listeners] = [await keysOf(page), await listenersOf(cdp)];
	await page.addScriptTag({ url: site.scriptUrl });
	await page.evaluate((url) => {
		window.SupportChat?.init({ supabaseUrl: url, publishableKey: 'x' });
		window.SupportChat?.open();
	}, site.project.url);
	const box = page.getByRole('textbox', { name: 'Message' });
	await box.fill('A question');
	await page.keyboard.press('Enter');
	await page.locator('[data-sender=user][data-status=sent]').waitFor();
	await page.getByRole('link').first().waitFor();
	expect(added(keys, await keysOf(page))).toEqual(ALLOWED);
	// Svelte's, for the events of the panel's elements.
	expect((await listenersOf(cdp)).document).toEqual(expect.arrayContaining(['click', 'keydown']));

	await page.evaluate(() => window.SupportChat?.destroy());
	expect(added(keys, await keysOf(page))).toEqual(ALLOWED);
	expect(await listenersOf(cdp)).toEqual(listeners);
	const values = await page.evaluate(() => {
		const symbols = [Element, Text].flatMap(({ prototype }) =>
			Object.getOwnPropertySymbols(prototype)
				.filter((symbol) => /class|attributes|style|text/.test(String(symbol)))
				.map((symbol): unknown => Reflect.get(prototype, symbol)),
		);
		return [Reflect.get(Element.prototype, '__e'), ...symbols].map((value) => value ?? null);
	});
	expect(values).toEqual([null, null, null, null, null]);
});
