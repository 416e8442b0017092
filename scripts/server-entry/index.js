/**
 * The entry of `npm start`: adapter-node's server, which the build puts next to this file, behind our own handlers.
 * adapter-node and SvelteKit respond to some requests before our hooks run: files, refused cross-site forms, normalized
 * addresses, unreadable bodies.
 */
import { fileURLToPath } from 'node:url';
import { answerHeaders } from './answer-headers.js';
import { staticFileHeaders } from './static-files.js';
import { surviveFaults } from './survive-faults.js';
import { server } from '../sveltekit.js';

const files = staticFileHeaders(fileURLToPath(new URL('../client', import.meta.url)));
const { ORIGIN, PROTOCOL_HEADER } = process.env;

/** @param {import('node:http').IncomingMessage} request */
function isHttps({ headers }) {
	// The same response as adapter-node's.
	if (ORIGIN) return ORIGIN.startsWith('https:');
	const protocol = PROTOCOL_HEADER ? headers[PROTOCOL_HEADER.toLowerCase()] : undefined;
	return (protocol ?? 'https') === 'https';
}

server.server.prependListener('request', (request, response) => {
	const [path = ''] = (request.url ?? '').split('?');
	const headers = files.get(path) ?? answerHeaders(isHttps(request));
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
});
surviveFaults(server.server);

export * from '../sveltekit.js';
