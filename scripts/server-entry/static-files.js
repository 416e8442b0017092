import { readdirSync } from 'node:fs';
import { sep } from 'node:path';

/**
 * The headers of the files in a folder, by their address. The widget's files run on pages of other sites, and a browser
 * imports a module from another site only if the response allows it.
 * @param {string} folder the files that the build wrote for browsers
 * @returns {Map<string, Record<string, string>>}
 */
export function staticFileHeaders(folder) {
	/** @type {Map<string, Record<string, string>>} */
	const files = new Map();
	for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		const path = `/${file.split(sep).join('/')}`;
		files.set(path, headersOf(path));
	}
	return files;
}

/**
 * @param {string} path
 * @returns {Record<string, string>}
 */
function headersOf(path) {
	const headers = { 'x-content-type-options': 'nosniff', 'cache-control': cacheControl(path) };
	if (!isWidget(path)) return headers;
	return {
		...headers,
		'access-control-allow-origin': '*',
		'cross-origin-resource-policy': 'cross-origin',
	};
}

/** @param {string} path */
const isWidget = (path) => path === '/widget.js' || path.startsWith('/widget/');

/** @param {string} path */
function cacheControl(path) {
	// A file with a hash in its name never changes; the widget's own address always has the newest version.
	if (path.startsWith('/_app/immutable/') || (isWidget(path) && /-[\w-]{8}\.\w+$/.test(path)))
		return 'public, max-age=31536000, immutable';
	return path.startsWith('/_app/') ? 'no-cache' : 'public, max-age=300';
}
