import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { loaders } from './bundling/loaders.ts';
import { panelBuild } from './bundling/panel-build.ts';

/**
 * Builds what any page can load: `static/widget.js` (the loader, a classic script) and `static/widget/` (the panel and
 * the languages, hashed by content; `mount.js`, the same loader for bundlers). WIDGET_OUT_DIR takes the place of `static`.
 */
export default defineConfig(() => {
	const outDir = process.env.WIDGET_OUT_DIR ?? fileURLToPath(new URL('../static', import.meta.url));
	const config = panelBuild(`${outDir}/widget`);
	return { ...config, plugins: [...config.plugins, loaders(outDir)] };
});
