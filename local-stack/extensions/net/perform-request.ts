/** A row of net.http_request_queue. */
export interface QueuedRequest {
	id: string;
	method: string;
	url: string;
	headers: Record<string, unknown> | null;
	body: Uint8Array<ArrayBuffer> | null;
	timeout_milliseconds: number;
}

/** A row of net._http_response, without `created`. */
export interface QueuedResponse {
	id: string;
	status_code: number | null;
	content_type: string | null;
	headers: Record<string, string> | null;
	content: string | null;
	timed_out: boolean;
	error_msg: string | null;
}

/**
 * Makes one queued request and returns the row that pg_net would store; a failure is a row with `error_msg`. Throws
 * only if `stop` was aborted.
 */
export async function performRequest(
	request: QueuedRequest,
	stop: AbortSignal,
): Promise<QueuedResponse> {
	const started = performance.now();
	const timeout = AbortSignal.timeout(request.timeout_milliseconds);
	try {
		const response = await fetch(new URL(request.url), {
			method: request.method.toUpperCase(),
			headers: toHeaders(request.headers),
			body: request.body,
			signal: AbortSignal.any([stop, timeout]),
		});
		const content = (await response.text()).replaceAll('\0', '');
		return {
			id: request.id,
			status_code: response.status,
			content_type: response.headers.get('content-type'),
			headers: Object.fromEntries(response.headers),
			content: content === '' ? null : content,
			timed_out: false,
			error_msg: null,
		};
	} catch (error) {
		stop.throwIfAborted();
		const elapsed = (performance.now() - started).toFixed(6);
		return {
			id: request.id,
			status_code: null,
			content_type: null,
			headers: null,
			content: null,
			timed_out: timeout.aborted,
			error_msg: timeout.aborted
				? `Timeout of ${request.timeout_milliseconds} ms reached. Total time: ${elapsed} ms`
				: reason(error),
		};
	}
}

function toHeaders(headers: Record<string, unknown> | null): Headers {
	const result = new Headers({ 'user-agent': 'pg_net/0.20.4' });
	for (const [name, value] of Object.entries(headers ?? {})) result.set(name, String(value));
	return result;
}

/** curl's text, if there is one. */
function reason(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const cause = error.cause;
	const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
	if ('code' in error && error.code === 'ERR_INVALID_URL')
		return 'URL using bad/illegal format or missing URL';
	if (code === 'ECONNREFUSED') return "Couldn't connect to server";
	if (code === 'ENOTFOUND') return "Couldn't resolve host name";
	if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET')
		return 'Server returned nothing (no headers, no data)';
	return cause instanceof Error ? cause.message : error.message;
}
