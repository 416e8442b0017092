import type { Plugin } from 'vite';

/** How a compiled component imports its own styles. */
const STYLES = '?svelte&type=style&lang.css';
/** Ends the id of the module that hands them over. */
const COLLECTED = ':shadow-css';

/**
 * Puts the styles of components into the shadow root instead of the page. A strict content security policy refuses `<style>`
 * elements there, too, so each component's CSS becomes a string that is handed to `addCss`; the panel makes constructed
 * stylesheets of them.
 *
 * @param collector absolute path of the module that exports `addCss(css: string)`
 */
export function shadowCss(collector: string): Plugin {
	return {
		name: 'support-chat:shadow-css',
		enforce: 'pre',
		async resolveId(source, importer) {
			if (!source.endsWith(STYLES)) return null;
			const component = await this.resolve(source.slice(0, -STYLES.length), importer);
			return component && `\0${component.id}${COLLECTED}`;
		},
		load(id) {
			if (!id.endsWith(COLLECTED)) return null;
			const styles = `${id.slice(1, -COLLECTED.length)}${STYLES.replace('?', '?inline&')}`;
			return `import { addCss } from ${JSON.stringify(collector)};
				import css from ${JSON.stringify(styles)};
				addCss(css);`;
		},
	};
}
