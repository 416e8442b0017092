import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Alias, Plugin, PluginOption } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Puts the widget's own runtime in the place of Svelte's: see widget/runtime/client.ts. */
export const smallRuntime: Alias[] = [
	{ find: /^svelte\/internal\/client$/, replacement: path('../runtime/client.ts') },
	{ find: /^svelte$/, replacement: path('../runtime/svelte.ts') },
];

/** The compiler as the widget needs it. */
export const svelteForWidget = (): PluginOption =>
	svelte({
		configFile: false,
		compilerOptions: {
			runes: true,
			// Nothing is to be left on the page's `window`.
			discloseVersion: false,
			cssHash: ({ hash, filename }) => `s${hash(filename).slice(0, 3)}`,
			// Elements are made one by one: no innerHTML, hence nothing for Trusted Types to refuse.
			fragments: 'tree',
		},
	});

/** Ends the build when a component needs something of Svelte that the small runtime does not have. */
export const nothingMissing = (): Plugin => ({
	name: 'support-chat:nothing-missing',
	onLog(_, log) {
		if (log.code === 'IMPORT_IS_UNDEFINED') this.error(log);
	},
});
