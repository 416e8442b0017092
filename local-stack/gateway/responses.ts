/** A JSON response. */
export function jsonResponse(
	status: number,
	body: unknown,
	headers: Record<string, string> = {},
): Response {
	return new Response(JSON.stringify(body), {
		status,
		headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
	});
}

/** An error in PostgREST's format. */
export function restError(
	status: number,
	code: string,
	message: string,
	details: string | null = null,
	hint: string | null = null,
): Response {
	const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
	return jsonResponse(status, { code, details, hint, message }, headers);
}
