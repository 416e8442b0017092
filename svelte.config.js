import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import adapter from './scripts/adapter-node-with-widget.js';

/** @type {import('@sveltejs/kit').Config} */
const config = {
	preprocess: vitePreprocess(),
	compilerOptions: {
		// Our own components are in runes mode; a dependency may still be written otherwise.
		runes: ({ filename }) => (filename.split(/[/\\]/).includes('node_modules') ? undefined : true),
	},
	kit: {
		adapter: adapter(),
		alias: { $chat: 'src/lib/chat' },
		csp: {
			mode: 'nonce',
			// `connect-src` names the Supabase project, which is known only when the server runs:
			// src/lib/server/http/security-headers.ts adds it to every response.
			directives: {
				'default-src': ['self'],
				'script-src': ['self'],
				'style-src': ['self'],
				// Style attributes only (an avatar's hue, a toast's place); style elements need the nonce.
				'style-src-attr': ['unsafe-inline'],
				// `img-src` and `connect-src` name the project: src/lib/server/http/security-headers.ts.
				'object-src': ['none'],
				'base-uri': ['none'],
				'form-action': ['self'],
				'frame-ancestors': ['none'],
			},
		},
		typescript: {
			config(tsconfig) {
				// One check covers everything that Node or a browser runs (Edge Functions are Deno's).
				for (const folder of [
					'widget',
					'e2e',
					'bench',
					'attack',
					'scripts',
					'local-stack',
					'supabase/tests',
				])
					tsconfig.include.push(`../${folder}/**/*.ts`, `../${folder}/**/*.svelte`);
				tsconfig.include.push('../*.config.ts');
				return tsconfig;
			},
		},
	},
};

export default config;
