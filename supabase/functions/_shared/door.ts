import { refuse } from './http.ts';

/** More than any of the functions needs: a token, an id, a name of an action. */
export const MOST_BODY_BYTES = 1_000;

/** Who may come in. */
export interface Door {
	methods: readonly string[];
	/** Looks at the headers and the address alone: null, or the answer that refuses. */
	authorize: (request: Request) => Response | null | Promise<Response | null>;
	/** How long a body may be; MOST_BODY_BYTES if nothing is said. */
	maxBytes?: number;
}

/**
 * The one way into a function. Checks the method, then who calls, then the length, and reads the body last, at most `maxBytes`
 * of it: nothing that a stranger sends is kept or parsed before that. Gives the body's text, or the answer that refuses.
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

/** Null if there is more than the limit, whatever content-length says; the rest is not read. */
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
