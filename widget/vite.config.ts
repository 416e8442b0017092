import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { BROWSERS } from '../browsers.ts';
import { loaders } from './bundling/loaders.ts';
import { shadowCss } from './bundling/shadow-css.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const PANEL = path('panel/panel.ts');

/**
 * Builds what any page can load: `static/widget.js` (the loader, a classic script) and `static/widget/` (the panel, its parts
 * and the languages, hashed by content; `mount.js`, the same loader for bundlers). WIDGET_OUT_DIR takes the place of `static`.
 */
export default defineConfig(() => {
	const outDir = process.env.WIDGET_OUT_DIR ?? path('../static');
	return {
		root: path('.'),
		publicDir: false,
		// Its own, so that a fresh clone builds before SvelteKit has written the project's.
		tsconfig: path('tsconfig.build.json'),
		// Chunks import each other by relative addresses, because the widget can be served from any path.
		base: './',
		logLevel: 'warn',
		resolve: { alias: { $chat: path('../src/lib/chat') } },
		plugins: [
			shadowCss(path('panel/css.ts')),
			svelte({
				configFile: false,
				compilerOptions: {
					runes: true,
					// The class of each component's styles, without the word "svelte" in every rule.
					cssHash: ({ hash, css }) => `s-${hash(css)}`,
					// Svelte would put its version on the page's `window`.
					discloseVersion: false,
					// Elements are created one by one, without innerHTML, which Trusted Types would refuse.
					fragments: 'tree',
				},
			}),
			loaders(outDir),
		],
		build: {
			outDir: `${outDir}/widget`,
			emptyOutDir: true,
			target: BROWSERS,
			sourcemap: false,
			// As a library: no helper that preloads chunks, which would cost more than it brings.
			lib: {
				entry: { panel: PANEL },
				formats: ['es'],
			},
			rolldownOptions: {
				// Modules that a rarely needed part shares with the panel stay in the panel's file.
				preserveEntrySignatures: 'allow-extension',
				optimization: { inlineConst: { mode: 'all', pass: 3 } },
				output: {
					minify: true,
					comments: false,
					entryFileNames: '[name]-[hash].js',
					codeSplitting: { groups: [{ name: panelPart, includeDependenciesRecursively: false }] },
					chunkFileNames: ({ name, moduleIds }) => `${chunkName(name, moduleIds)}-[hash].js`,
				},
			},
		},
	};
});

/** The texts around conversations and of files have files of their own beside those of the panel, one per language, too. */
function chunkName(name: string, moduleIds: readonly string[]): string {
	const [, topic] = moduleIds.join().match(/\/i18n\/(conversation|files)\//) ?? [];
	if (topic && name.length === 2) return `${topic === 'files' ? topic : 'words'}${name}`;
	return name.toLowerCase().replace(/\.svelte|-/g, '');
}

interface Chunking {
	getModuleInfo(id: string): { importedIds: string[] } | null;
}

/** Puts everything that the panel always needs into one chunk, which the bundler would otherwise split. */
function panelPart(id: string, chunking: Chunking): string | null {
	const seen = new Set([PANEL]);
	for (const one of seen)
		chunking.getModuleInfo(one)?.importedIds.forEach((next) => seen.add(next));
	return seen.has(id) ? 'panel' : null;
}
