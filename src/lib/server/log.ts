/** Logs an error for the operator of the server. Never shown in a browser. */
export function logFault(what: string, cause: unknown): void {
	const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
	process.stderr.write(`${new Date().toISOString()} ${what}: ${detail}\n`);
}
