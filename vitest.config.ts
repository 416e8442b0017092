import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumLaunch } from './scripts/chromium.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const alias = { $lib: path('src/lib'), $chat: path('src/lib/chat') };

export default defineConfig({
	test: {
		maxWorkers: 2,
		// The list of slow tests is for whoever asks for it (`npx vitest`), not for every run.
		slowTestThreshold: 30_000,
		projects: [
			{
				plugins: [svelte()],
				resolve: {
					// The server build of Svelte is not reactive, so modules resolve as for a browser; ws alone must stay Node's.
					conditions: ['browser'],
					alias: { ...alias, ws: path('node_modules/ws/wrapper.mjs') },
				},
				test: {
					name: 'unit',
					environment: './scripts/vitest-runes-environment.ts',
					include: ['{src,widget,scripts,e2e,bench,attack}/**/*.test.ts'],
					exclude: ['**/*.svelte.test.ts', 'attack/short.test.ts'],
					// Some open pages in Chromium; on a busy machine that takes longer than the defaults.
					testTimeout: 30_000,
					expect: { poll: { timeout: 15_000 } },
					server: { deps: { inline: [/svelte/] } },
				},
			},
			{
				plugins: [svelte()],
				resolve: { alias },
				// Found while tests run, a dependency would reload them; bundled, icons would bring a second Svelte.
				optimizeDeps: {
					exclude: ['@lucide/svelte'],
					include: ['uplot', 'bits-ui', 'svelte-sonner'],
				},
				test: {
					name: 'browser',
					include: ['{src,widget}/**/*.svelte.test.ts'],
					browser: {
						enabled: true,
						headless: true,
						screenshotFailures: false,
						provider: playwright({ launchOptions: chromiumLaunch() }),
						instances: [{ browser: 'chromium' }],
					},
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'stack',
					environment: 'node',
					include: ['{local-stack,supabase/functions}/**/*.test.ts'],
					testTimeout: 60_000,
					hookTimeout: 120_000,
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'attack',
					environment: 'node',
					include: ['attack/short.test.ts'],
					testTimeout: 300_000,
					hookTimeout: 120_000,
				},
			},
			{
				// Some run the chat core or compare the dashboard's forms with the database.
				plugins: [svelte()],
				resolve: { alias },
				test: {
					name: 'database',
					environment: 'node',
					include: ['supabase/tests/**/*.test.ts'],
					globalSetup: ['supabase/tests/setup/global-stack.ts'],
					testTimeout: 60_000,
					hookTimeout: 120_000,
				},
			},
		],
	},
});
