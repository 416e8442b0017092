import { rename, writeFile } from 'node:fs/promises';
import adapterNode from '@sveltejs/adapter-node';

/**
 * The widget runs on pages of other sites, and a browser imports a module from another site only if the answer
 * allows it. adapter-node answers static files before any hook of ours runs, so this goes in front of it.
 */
const handler = `import { handler as app } from './sveltekit-handler.js';

export function handler(req, res, next) {
	if (/^\\/widget(\\.js|\\/)/.test(req.url ?? '')) {
		res.setHeader('access-control-allow-origin', '*');
		res.setHeader('cross-origin-resource-policy', 'cross-origin');
		res.setHeader('x-content-type-options', 'nosniff');
	}
	return app(req, res, next);
}
`;

/**
 * adapter-node, whose server also serves the widget's files to pages of other sites.
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
			await rename(`${out}/handler.js`, `${out}/sveltekit-handler.js`);
			await writeFile(`${out}/handler.js`, handler);
		},
	};
}
