/** An answer in JSON that nobody keeps. */
export function json(status: number, body: Record<string, unknown>): Response {
	return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}

/** An error tells its code and nothing else: no message, stack or SQL leaves. */
export function refuse(status: number, code: string): Response {
	return json(status, { code });
}
