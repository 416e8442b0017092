import { cp, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import adapterNode from '@sveltejs/adapter-node';

/**
 * adapter-node with our own code before its server (scripts/server-entry/). That code serves the widget's files to
 * pages of other sites, sets security headers on every response, and prevents an error of one request from ending the
 * process.
 * @param {import('@sveltejs/adapter-node').AdapterOptions} [options]
 * @returns {import('@sveltejs/kit').Adapter}
 */
export default function adapterNodeWithWidget(options = {}) {
	const adapter = adapterNode(options);
	const out = options.out ?? 'build';
	return {
		...adapter,
		async adapt(builder) {
			await adapter.adapt(builder);
			await rename(`${out}/index.js`, `${out}/sveltekit.js`);
			const entry = fileURLToPath(new URL('./server-entry', import.meta.url));
			await cp(entry, `${out}/entry`, { recursive: true });
			await writeFile(`${out}/index.js`, `export * from './entry/index.js';\n`);
		},
	};
}
