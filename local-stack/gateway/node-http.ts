import { type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Converts Node's request to a Web request. The whole body is read. */
export async function toWebRequest(request: IncomingMessage, origin: string): Promise<Request> {
	const headers = new Headers();
	for (const [name, value] of Object.entries(request.headers))
		for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
	const { method = 'GET' } = request;
	const body = method === 'GET' || method === 'HEAD' ? undefined : await buffer(request);
	return new Request(new URL(request.url ?? '/', origin), {
		method,
		headers,
		...(body && body.length > 0 ? { body: new Uint8Array(body) } : {}),
	});
}

/** Sends a Web response with Node; `extra` headers replace those of the response. */
export async function sendWebResponse(
	response: Response,
	target: ServerResponse,
	extra: Record<string, string>,
): Promise<void> {
	const headers: Record<string, string | string[]> = {};
	for (const [name, value] of response.headers)
		if (name !== 'content-length') headers[name] = value;
	const cookies = response.headers.getSetCookie();
	if (cookies.length > 0) headers['set-cookie'] = cookies;
	const body = Buffer.from(await response.arrayBuffer());
	if (response.status !== 204) headers['content-length'] = String(body.length);
	target.writeHead(response.status, { ...headers, ...extra });
	target.end(body);
}
