import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { InlineConfig, PluginOption } from 'vite';
import { leanCatalogue } from './lean-catalogue.ts';
import { leanOutput } from './lean-output.ts';
import { scopedTokens } from './scoped-tokens.ts';
import { nothingMissing, smallRuntime, svelteForWidget } from './svelte-plugins.ts';
import { shadowCss } from './shadow-css.ts';
import { shortKeys } from './short-keys.ts';
import { shortNames } from './short-names.ts';
import { readSources } from './sources.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const PANEL = path('../panel/panel.ts');

/** Browsers from spring 2024 on: the first with `light-dark()`. */
export const TARGET = ['chrome123', 'firefox120', 'safari17.5'];

/** The panel and one file per language, hashed by content. */
export function panelBuild(outDir: string): InlineConfig & { plugins: PluginOption[] } {
	const sources = readSources([
		path('../panel'),
		path('../panel/conversation'),
		path('../loader'),
		path('../../src/lib/chat/components'),
	]);
	const tokens = readFileSync(path('../../src/lib/styles/tokens.css'), 'utf8');
	return {
		configFile: false,
		root: path('..'),
		publicDir: false,
		// Its own, so that a fresh clone builds before SvelteKit has written the project's.
		tsconfig: path('../tsconfig.build.json'),
		// Chunks find each other by relative addresses: the widget is served from anywhere.
		base: './',
		logLevel: 'warn',
		resolve: { alias: smallRuntime },
		plugins: [
			svelteForWidget(),
			nothingMissing(),
			shadowCss(path('../panel/css.ts')),
			scopedTokens((property) => `${sources}${tokens}`.includes(`var(${property}`)),
			leanCatalogue((key) => sources.includes(`'${key}'`)),
			leanOutput(),
			shortKeys(readFileSync(path('../../src/lib/chat/i18n/en.ts'), 'utf8')),
			shortNames(),
		],
		build: {
			outDir,
			emptyOutDir: true,
			target: TARGET,
			sourcemap: false,
			// As a library: no helper that preloads chunks, which would cost more than it brings.
			lib: {
				entry: { panel: PANEL },
				formats: ['es'],
			},
			rolldownOptions: {
				// What a rarely needed part shares with the panel stays in the panel's file.
				preserveEntrySignatures: 'allow-extension',
				output: {
					minify: true,
					entryFileNames: '[name]-[hash].js',
					codeSplitting: { groups: [{ name: panelPart, includeDependenciesRecursively: false }] },
					chunkFileNames: ({ name, moduleIds }) => `${chunkName(name, moduleIds)}-[hash].js`,
				},
			},
		},
	};
}

/** The texts around conversations and of files have files of their own beside those of the panel, one per language, too. */
function chunkName(name: string, moduleIds: readonly string[]): string {
	const [, topic] = moduleIds.join().match(/\/i18n\/(conversation|files)\//) ?? [];
	if (topic && name.length === 2) return `${topic === 'files' ? topic : 'words'}${name}`;
	return name.toLowerCase().replace(/\.svelte|-/g, '');
}

interface Chunking {
	getModuleInfo(id: string): { importedIds: string[] } | null;
}

/** Names the one chunk of everything that the panel always needs: the bundler by itself would cut it up. */
function panelPart(id: string, chunking: Chunking): string | null {
	const seen = new Set([PANEL]);
	for (const one of seen)
		chunking.getModuleInfo(one)?.importedIds.forEach((next) => seen.add(next));
	return seen.has(id) ? 'panel' : null;
}
