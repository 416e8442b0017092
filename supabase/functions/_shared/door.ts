import { refuse } from './http.ts';

/** The default limit, which is enough for a token, an id and the name of an action. */
export const MOST_BODY_BYTES = 1_000;

/** The requests that a function accepts. */
export interface Door {
	methods: readonly string[];
	/** Reads only headers and address. Returns null, or the response that refuses the request. */
	authorize: (request: Request) => Response | null | Promise<Response | null>;
	/** The longest body; MOST_BODY_BYTES by default. */
	maxBytes?: number;
}

/**
 * Reads a request to a function. It checks the method, then the caller, then the length, and reads the body last, at
 * most `maxBytes`. Nothing of an unknown caller is stored or parsed before that. Returns the text of the body, or the
 * response that refuses the request.
 */
export async function enter(
	request: Request,
	{ methods, authorize, maxBytes = MOST_BODY_BYTES }: Door,
): Promise<string | Response> {
	const refusal =
		refuseMethod(request, methods) ??
		(await authorize(request)) ??
		(Number(request.headers.get('content-length') ?? 0) > maxBytes ? tooLong() : null);
	if (refusal !== null) {
		await request.body?.cancel();
		return refusal;
	}
	return (await readText(request, maxBytes)) ?? tooLong();
}

const tooLong = (): Response => refuse(413, 'support_bad_request');

function refuseMethod({ method }: Request, methods: readonly string[]): Response | null {
	if (methods.includes(method)) return null;
	const answer = refuse(405, 'support_bad_request');
	answer.headers.set('allow', methods.join(', '));
	return answer;
}

/** Null if the body is longer than the limit, whatever content-length is; the rest is not read. */
async function readText({ body }: Request, limit: number): Promise<string | null> {
	if (body === null) return '';
	const decoder = new TextDecoder();
	const reader = body.getReader();
	let [text, length] = ['', 0];
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return text + decoder.decode();
		length += value.length;
		if (length > limit) {
			await reader.cancel();
			return null;
		}
		text += decoder.decode(value, { stream: true });
	}
}

/** The value of a JSON text; null if it is invalid. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
