import { enter } from './door.ts';
import { refuse } from './http.ts';

/** Calls of pages have a user's token. The API, called with that token, decides whether it is valid. */
const BEARER = /^Bearer [\w.~+/=-]{1,8192}$/i;

/** Accepts a page's POST that has a token. Returns the header to pass on, and the body. */
export async function enterAsUser(
	request: Request,
	maxBytes?: number,
): Promise<{ authorization: string; body: string } | Response> {
	// Without a token, the API would use the role of the key for the caller.
	const authorization = request.headers.get('authorization') ?? '';
	const body = await enter(request, {
		methods: ['POST'],
		authorize: () => (BEARER.test(authorization) ? null : refuse(401, 'support_not_authenticated')),
		...(maxBytes === undefined ? {} : { maxBytes }),
	});
	return body instanceof Response ? body : { authorization, body };
}
