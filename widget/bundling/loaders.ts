import { fileURLToPath } from 'node:url';
import { build, type BuildEnvironmentOptions, type InlineConfig, type Plugin } from 'vite';
import { BROWSERS } from '../../browsers.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * After the panel is written, builds what brings it, knowing its hashed name: `widget.js`, a classic script, and
 * `widget/mount.js`, a module for bundlers.
 */
export function loaders(outDir: string): Plugin {
	return {
		name: 'support-chat:loaders',
		apply: 'build',
		async writeBundle(_, bundle) {
			const panel = Object.values(bundle).find(
				(file) => file.type === 'chunk' && file.isEntry && file.name === 'panel',
			);
			if (!panel) this.error('The panel was not built.');
			await build(classic(outDir, panel.fileName));
			await build(mount(`${outDir}/widget`, panel.fileName));
		},
	};
}

function loaderBuild(outDir: string, more: BuildEnvironmentOptions): InlineConfig {
	return {
		configFile: false,
		publicDir: false,
		tsconfig: path('../tsconfig.build.json'),
		logLevel: 'warn',
		root: path('..'),
		resolve: { alias: { $chat: path('../../src/lib/chat') } },
		build: { outDir, emptyOutDir: false, target: BROWSERS, modulePreload: false, ...more },
	};
}

const classic = (outDir: string, panelFile: string): InlineConfig => ({
	...loaderBuild(outDir, {
		rolldownOptions: {
			input: { widget: path('../loader/classic.ts') },
			output: { format: 'iife', entryFileNames: '[name].js', comments: false },
		},
	}),
	define: { PANEL_FILE: JSON.stringify(panelFile) },
});

const mount = (outDir: string, panelFile: string): InlineConfig => ({
	...loaderBuild(outDir, {
		lib: { entry: { mount: path('../loader/mount.ts') }, formats: ['es'] },
		rolldownOptions: { output: { minify: true, comments: false, entryFileNames: '[name].js' } },
	}),
	plugins: [
		{
			name: 'support-chat:panel-beside',
			enforce: 'pre',
			// The panel's file is next to it; a literal, so that the page's bundler finds it, too.
			resolveId: (source) =>
				source === '../panel/panel' ? { id: `./${panelFile}`, external: true } : null,
		},
	],
});
