import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BUDGET } from './testing/budget';
import { Site } from './testing/site';

const site = new Site();
/** By name: `widget.js`, `widget/panel-….js` … */
const sizes: Record<string, number> = {};
const texts: Record<string, string> = {};

beforeAll(async () => {
	await site.start();
	await site.begin();
	const parts = (await readdir(join(site.dir, 'widget'))).map((name) => `widget/${name}`);
	for (const name of ['widget.js', ...parts]) {
		const content = await readFile(join(site.dir, name));
		texts[name] = content.toString();
		sizes[name] = gzipSync(content, { level: 9 }).length;
	}
	print('Files', sizes);
}, 120_000);
afterAll(async () => {
	await site.end();
	await site.stop();
});

function print(title: string, rows: Record<string, number>): void {
	const lines = Object.entries(rows).map(([name, size]) => `${String(size).padStart(7)}  ${name}`);
	console.log([`${title}, bytes after gzip -9:`, ...lines].join('\n'));
}

const sum = (names: Iterable<string>): number =>
	[...names].reduce((total, name) => total + (sizes[name] ?? NaN), 0);
const loaded = (): Set<string> => new Set(site.files.map((name) => name.slice(1)));

it(`weighs at most ${BUDGET.closed} bytes before anyone opens it`, async () => {
	const page = await site.open();
	await page.getByRole('button', { name: 'Open support chat' }).waitFor();
	await expect.poll(() => site.project.calls).toContain('get_support_unread');
	expect([...loaded()]).toEqual(['widget.js']);
	expect(sum(loaded())).toBeGreaterThan(1000);
	expect(sum(loaded())).toBeLessThanOrEqual(BUDGET.closed);
	expect(sizes['widget/mount.js']).toBeLessThanOrEqual(BUDGET.closed);
});

it(`weighs at most ${BUDGET.open} bytes open, in any language`, async () => {
	const open: Record<string, number> = {};
	for (const locale of ['en', 'de', 'es', 'fr', 'zh']) {
		const page = await site.open({ attributes: `data-locale="${locale}"` });
		await page.locator('.launcher').click();
		await page.getByRole('textbox').waitFor();
		// The first answer of the project is shown: nothing more is loaded after it.
		await page.locator('[role=log] p').first().waitFor();
		open[`open in ${locale}, nothing written yet: ${[...loaded()].join(' ')}`] = sum(loaded());
	}
	const [question, answer] = ['How do I get an invoice?', 'With the button above the table.'];
	site.project.add(question, 'user');
	site.project.add(answer);
	const page = await site.open();
	await page.locator('.launcher').click();
	await page.getByText(answer).waitFor();
	await page.waitForLoadState('networkidle');
	const more = [...loaded()].filter((name) => !/^widget\.js|panel-|en-/.test(name));
	print('Sums', { ...open, [`with a conversation, which adds ${more.join(' ')}`]: sum(loaded()) });
	expect(Math.min(...Object.values(open))).toBeGreaterThan(10_000);
	expect(Math.max(...Object.values(open))).toBeLessThanOrEqual(BUDGET.open);
}, 60_000);

it('puts no source map and no path of this machine into what it publishes', () => {
	for (const [name, text] of Object.entries(texts)) {
		expect(text).not.toContain('sourceMappingURL');
		expect(text).not.toContain(process.cwd());
		expect(name).toMatch(/^widget\.js$|^widget\/(mount|[a-z]+-[\w-]{8})\.js$/);
	}
});
