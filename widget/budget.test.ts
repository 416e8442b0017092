import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildWidget } from './testing/build-widget';

let built: Awaited<ReturnType<typeof buildWidget>>;
let sizes: Record<string, number>;

beforeAll(async () => {
	built = await buildWidget();
	const names = [
		'widget.js',
		...(await readdir(join(built.dir, 'widget'))).map((n) => `widget/${n}`),
	];
	const weigh = async (name: string): Promise<[string, number]> => [
		name,
		gzipSync(await readFile(join(built.dir, name)), { level: 9 }).length,
	];
	sizes = Object.fromEntries(await Promise.all(names.map(weigh)));
	console.log('gzip -9, bytes:', sizes);
}, 120_000);
afterAll(() => built.remove());

const of = (pattern: RegExp): number =>
	Object.entries(sizes).reduce((sum, [name, size]) => sum + (pattern.test(name) ? size : 0), 0);

it('weighs at most 4 kB before anyone opens it', () => {
	expect(of(/^widget\.js$/)).toBeGreaterThan(1000);
	expect(of(/^widget\.js$/)).toBeLessThanOrEqual(4000);
	expect(of(/mount\.js$/)).toBeLessThanOrEqual(4000);
});

it('weighs at most 48 kB open, in any language', () => {
	const panel = of(/^widget\.js$/) + of(/panel-/);
	const languages = ['en', 'de', 'es', 'fr', 'zh'].map((name) => of(new RegExp(`/${name}-`)));
	expect(panel).toBeGreaterThan(10_000);
	expect(Math.min(...languages)).toBeGreaterThan(500);
	expect(panel + Math.max(...languages)).toBeLessThanOrEqual(48_000);
});

it('puts no source map and no path of this machine into what it publishes', async () => {
	for (const name of Object.keys(sizes)) {
		const text = await readFile(join(built.dir, name), 'utf8');
		expect(text).not.toContain('sourceMappingURL');
		expect(text).not.toContain(process.cwd());
		expect(name).toMatch(/^widget\.js$|^widget\/(mount|[a-z]+-[\w-]{8})\.js$/);
	}
});
