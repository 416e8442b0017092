/**
 * Keeps the server answering when a fault escapes from one request: it is written to the log, and everybody else's
 * requests go on. Until the server listens, a fault still ends the process, so that whoever starts it notices.
 * @param {import('node:http').Server} server
 */
export function surviveFaults(server) {
	const begin = () => {
		process.on('unhandledRejection', (reason) => log('A rejection that nobody handled', reason));
		process.on('uncaughtException', (error) => log('An error that nobody caught', error));
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
