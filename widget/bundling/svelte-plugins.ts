import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Alias, Plugin, PluginOption } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Puts the widget's own runtime in the place of Svelte's: see widget/runtime/client.ts. */
export const smallRuntime: Alias[] = [
	{ find: /^svelte\/internal\/client$/, replacement: path('../runtime/client.ts') },
	{ find: /^svelte$/, replacement: path('../runtime/svelte.ts') },
];

/** Every component that may be built, always in the same order: its place names its styles. */
const components = ['../panel', '../testing', '../../src/lib/chat/components']
	.flatMap((folder) =>
		readdirSync(path(folder), { recursive: true, encoding: 'utf8' }).map((file) =>
			join(path(folder), file),
		),
	)
	.filter((file) => file.endsWith('.svelte'))
	.sort();

/** A short name for a component's styles; the compiler knows the file by a part of its path only. */
function styleName(filename: string, hash: (text: string) => string): string {
	const part = filename.replace(/^(?:\.\.\/)+/, '');
	const at = components.findIndex((file) => file.endsWith(`/${part}`) || file === part);
	return at < 0 ? `s${hash(filename).slice(0, 4)}` : `x${at.toString(36)}`;
}

/** The compiler as the widget needs it. */
export const svelteForWidget = (): PluginOption =>
	svelte({
		configFile: false,
		compilerOptions: {
			runes: true,
			// Nothing is to be left on the page's `window`.
			discloseVersion: false,
			cssHash: ({ filename, hash }) => styleName(filename, hash),
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
