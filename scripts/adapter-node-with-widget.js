import { rename, writeFile } from 'node:fs/promises';
import adapterNode from '@sveltejs/adapter-node';

/**
 * The widget runs on pages of other sites, and a browser imports a module from another site only if the answer
 * allows it. adapter-node answers static files before any hook of ours, so this listens in front of it.
 */
const entry = `import { server } from './sveltekit.js';

server.server.prependListener('request', (request, response) => {
	const [pathname] = (request.url ?? '').split('?');
	if (!/^\\/widget(\\.js|\\/)/.test(pathname)) return;
	// A file with a hash in its name never changes; the script's own address always means the newest.
	const lasts = /-[\\w-]{8}\\.\\w+$/.test(pathname);
	response.setHeader('cache-control', lasts ? 'public, max-age=31536000, immutable' : 'public, max-age=300');
	response.setHeader('access-control-allow-origin', '*');
	response.setHeader('cross-origin-resource-policy', 'cross-origin');
	response.setHeader('x-content-type-options', 'nosniff');
});

export * from './sveltekit.js';
`;

/**
 * adapter-node, whose server also gives the widget's files to pages of other sites.
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
			await writeFile(`${out}/index.js`, entry);
		},
	};
}
