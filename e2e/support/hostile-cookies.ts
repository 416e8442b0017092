import { createHmac, randomUUID } from 'node:crypto';

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const encoded = (value: unknown): string => `base64-${base64url(JSON.stringify(value))}`;

/** A token that is signed with this secret, with any claims. */
function signToken(claims: unknown, secret: string, header: object = { alg: 'HS256' }): string {
	const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
	return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const HOUR = 3600;
const now = (): number => Math.floor(Date.now() / 1000);
const claims = (exp: number): object => ({
	sub: randomUUID(),
	role: 'authenticated',
	exp,
	iat: exp - HOUR,
});
const session = (access_token: unknown, given: object = {}): object => ({
	access_token,
	refresh_token: randomUUID().slice(0, 12),
	expires_at: 1,
	user: {},
	...given,
});
const made = (exp: number, header?: object): string =>
	signToken(claims(exp), 'not the secret', header);

/** Made-up session cookies, as a Cookie header, by their fault. */
export function hostileCookies(key: string): Record<string, string> {
	const expired = encoded(session(made(1)));
	const half = Math.floor(expired.length / 2);
	const one = (value: string): string => `${key}=${value}`;
	return {
		'an expired session': one(expired),
		'an expired session in chunks': `${key}.0=${expired.slice(0, half)}; ${key}.1=${expired.slice(half)}`,
		'a chunk that is missing': `${key}.0=${expired.slice(0, half)}; ${key}.2=${expired.slice(half)}`,
		'a valid session, signed with another secret': one(encoded(session(made(now() + HOUR)))),
		'a session of an unknown key': one(
			encoded(session(made(now() + HOUR, { alg: 'ES256', kid: 'unknown', typ: 'JWT' }))),
		),
		'a token without a signature': one(
			encoded(
				session(
					`${made(now() + HOUR, { alg: 'none' })
						.split('.')
						.slice(0, 2)
						.join('.')}.`,
				),
			),
		),
		'claims that are null': one(encoded(session(signToken(null, 'x')))),
		'claims that are a list': one(encoded(session(signToken([1], 'x')))),
		'a header that is null': one(encoded(session(`${base64url('null')}.${base64url('{}')}.c2ln`))),
		'a token that is no token': one(encoded(session('a.b.c'))),
		'a token that is a number': one(encoded(session(5))),
		'a token that is an object': one(encoded(session({ a: 1 }))),
		'a refresh token that is a list': one(encoded(session(made(1), { refresh_token: ['x'] }))),
		'a time of expiry that is a text': one(encoded(session(made(1), { expires_at: 'soon' }))),
		'a user that is a text': one(encoded(session(made(1), { user: 'me' }))),
		'a list': one(encoded([session(made(1))])),
		null: one(encoded(null)),
		'a number': one(encoded(7)),
		'no JSON': one(`base64-${base64url('{"access_token":')}`),
		'no base64': one('base64-%%%!!ä'),
		'bytes that are no text': one(
			`base64-${Buffer.from([0xff, 0xfe, 0xc0]).toString('base64url')}`,
		),
		'plain JSON': one(encodeURIComponent(JSON.stringify(session(made(1))))),
		'a broken escape': one('%E0%A4%A'),
		'a prototype': one(
			`base64-${base64url('{"__proto__":{"access_token":"a.b.c"},"constructor":1}')}`,
		),
		'the same name twice': `${one(expired)}; ${one(encoded([]))}`,
		'the whole and chunks': `${one(expired)}; ${key}.0=base64-x; ${key}.1=y`,
		'a huge one': one(`base64-${'A'.repeat(12_000)}`),
		'two hundred chunks': Array.from(
			{ length: 200 },
			(_, index) => `${key}.${index}=base64-e30`,
		).join('; '),
		'an empty one': one(''),
		'a code verifier, too': `${one(expired)}; ${key}-code-verifier=${encoded('x')}`,
	};
}
