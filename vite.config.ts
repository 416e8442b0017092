import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { BROWSERS } from './browsers.ts';

export default defineConfig({
	plugins: [sveltekit()],
	build: { target: BROWSERS },
	// Pages of other sites load the widget; see scripts/adapter-node-with-widget.js for the built server.
	server: {
		cors: { origin: '*' },
		// The dashboard previews mails with the code that writes them.
		fs: { allow: ['supabase/functions/_shared'] },
	},
	preview: { cors: { origin: '*' } },
});
