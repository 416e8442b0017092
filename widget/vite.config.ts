import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { classicLoader } from './build/classic-loader.ts';
import { widgetBuild } from './build/widget-build.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Builds what any page can load: `static/widget.js` (the loader, a classic script) and `static/widget/` (the panel and
 * the languages, hashed by content; `mount.js`, the same widget for bundlers).
 */
export default defineConfig(() => {
	const outDir = process.env.WIDGET_OUT_DIR ?? path('../static');
	return {
		...widgetBuild(`${outDir}/widget`),
		plugins: [...widgetBuild(`${outDir}/widget`).plugins, classicLoader(outDir)],
	};
});
