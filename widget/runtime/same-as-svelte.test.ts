import { join } from 'node:path';
import type { Browser } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { nothingMissing, smallRuntime, svelteForWidget } from '../bundling/svelte-plugins';
import { launchBrowser } from '../testing/browser';

const path = (relative: string): string => join(import.meta.dirname, relative);

let browser: Browser;
beforeAll(async () => {
	vi.stubEnv('NODE_ENV', 'production');
	browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
	vi.unstubAllEnvs();
	await browser.close();
});

/** The fixture as one script, on Svelte's own runtime or on the widget's. */
async function bundle(small: boolean): Promise<string> {
	const result = await build({
		configFile: false,
		logLevel: 'warn',
		root: path('../testing/fixture'),
		plugins: [svelteForWidget(), nothingMissing()],
		resolve: { alias: small ? smallRuntime : [] },
		build: {
			write: false,
			minify: false,
			rolldownOptions: {
				input: path('../testing/fixture/main.ts'),
				output: { format: 'iife' },
			},
		},
	});
	const [output] = Array.isArray(result) ? result : [result];
	const chunk = output && 'output' in output ? output.output[0] : undefined;
	return chunk?.code ?? '';
}

/**
 * What is promised: the same page after each step, each line's effects run as often, and the parent's own effect has seen
 * the end of it. The order among brothers, and rounds in between, are each runtime's own affair.
 */
function promised(lines: string[]): string[][] {
	const steps: string[][] = [[]];
	for (const line of lines) {
		steps.at(-1)?.push(line);
		if (line.includes(': ')) steps.push([]);
	}
	return steps.map((step) => {
		const own = step.findLast((line) => line.startsWith('effect')) ?? '';
		const others = step.filter((line) => !/^(effect|cleanup)/.test(line));
		return [...others.sort(), own];
	});
}

async function run(code: string): Promise<string[]> {
	const page = await browser.newPage();
	const errors: Error[] = [];
	page.on('pageerror', (error) => errors.push(error));
	await page.addScriptTag({ content: code });
	expect(errors).toEqual([]);
	const lines = await page.evaluate<string[]>('story()');
	expect(errors).toEqual([]);
	await page.close();
	return lines;
}

it('components show and do the same on the widget’s runtime as on Svelte’s own', async () => {
	const [svelte, ours] = [await bundle(false), await bundle(true)];
	expect(ours.length).toBeLessThan(svelte.length / 2);
	const expected = await run(svelte);
	expect(expected).toEqual(expect.arrayContaining([expect.stringContaining('unmounted')]));
	expect(promised(await run(ours))).toEqual(promised(expected));
}, 120_000);
