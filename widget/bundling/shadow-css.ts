import type { Plugin } from 'vite';

const STYLE_IMPORT = /import (["'])([^"']+)\?(svelte&type=style&lang\.css)\1;?/g;

/**
 * Components that live in a shadow root cannot have their styles in the page, nor in `<style>` elements, which a strict
 * content security policy refuses. This collects each component's compiled CSS as a string in `widget/panel/css.ts`;
 * the panel makes one constructed stylesheet of them.
 *
 * @param collector absolute path of the module that exports `addCss(css: string)`
 */
export function shadowCss(collector: string): Plugin {
	return {
		name: 'support-chat:shadow-css',
		enforce: 'post',
		transform(code, id) {
			if (!id.endsWith('.svelte')) return null;
			const collected = code.replace(
				STYLE_IMPORT,
				(_, quote: string, path: string, query: string) =>
					`import __css from ${quote}${path}?inline&${query}${quote};` +
					`import { addCss as __addCss } from ${JSON.stringify(collector)};__addCss(__css);`,
			);
			return collected === code ? null : { code: collected, map: null };
		},
	};
}
