/**
 * Keeps the server running after an uncaught error in a request: the error is logged, and other requests continue.
 * Until the server listens, an error still ends the process, so that a failed start is noticed.
 * @param {import('node:http').Server} server
 */
export function surviveFaults(server) {
	const begin = () => {
		process.on('unhandledRejection', (reason) => log('Unhandled rejection', reason));
		process.on('uncaughtException', (error) => log('Uncaught error', error));
	};
	if (server.listening) begin();
	else server.once('listening', begin);
}

/**
 * @param {string} what
 * @param {unknown} cause
 */
function log(what, cause) {
	const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
	process.stderr.write(`${new Date().toISOString()} ${what}: ${detail}\n`);
}
