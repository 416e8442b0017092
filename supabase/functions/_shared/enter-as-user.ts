import { enter } from './door.ts';
import { refuse } from './http.ts';

/** Every call of a page carries a user's token; the API, called with it, decides whether it is valid. */
const BEARER = /^Bearer [\w.~+/=-]{1,8192}$/i;

/** Lets a page's POST in that has a token: the header that is passed on, and the body. */
export async function enterAsUser(
	request: Request,
	maxBytes?: number,
): Promise<{ authorization: string; body: string } | Response> {
	// Without a token the API would take the key's role for the caller's.
	const authorization = request.headers.get('authorization') ?? '';
	const body = await enter(request, {
		methods: ['POST'],
		authorize: () => (BEARER.test(authorization) ? null : refuse(401, 'support_not_authenticated')),
		...(maxBytes === undefined ? {} : { maxBytes }),
	});
	return body instanceof Response ? body : { authorization, body };
}
