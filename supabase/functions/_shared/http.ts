/** A JSON response that must not be cached. */
export function json(status: number, body: Record<string, unknown> | unknown[]): Response {
	return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}

/** An error response has its code, and for people a detail such as a limit, but no message, stack or SQL. */
export function refuse(status: number, code: string, detail?: string): Response {
	return json(status, detail === undefined ? { code } : { code, detail });
}

const CORS = {
	'access-control-allow-origin': '*',
	'access-control-allow-methods': 'POST, OPTIONS',
	'access-control-allow-headers': 'authorization, apikey, content-type, x-client-info',
	'access-control-max-age': '86400',
};

/** Lets pages of any origin read a response: the token, which no browser sends by itself, protects a function. */
export function openToPages(answer: Response): Response {
	for (const [name, value] of Object.entries(CORS)) answer.headers.set(name, value);
	return answer;
}
