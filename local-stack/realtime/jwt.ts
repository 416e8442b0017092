import { createHmac, timingSafeEqual } from 'node:crypto';
import { type JsonObject, parseObject } from './wire/json';

/** The claims of a verified token. `exp` is in whole seconds since 1970. */
export type Claims = JsonObject & { role: string; exp: number };

export type TokenFault = 'malformed' | 'signer' | 'signature' | 'expired' | 'missing-claims';

export type VerifiedToken =
	| { claims: Claims; fault?: undefined }
	| { claims?: undefined; fault: TokenFault; message: string };

const hashes = new Map<unknown, string>([
	['HS256', 'sha256'],
	['HS384', 'sha384'],
	['HS512', 'sha512'],
]);

/**
 * Verifies a JWT that the project's secret signed. Any token without an HMAC signature, above all `none`, is refused.
 * @param now seconds since 1970
 */
export function verifyToken(token: string, secret: string, now = currentSeconds()): VerifiedToken {
	const parts = token.replace(/\s/g, '').split('.');
	const [head = '', body = '', signature = ''] = parts;
	const header = decodePart(head);
	const claims = decodePart(body);
	if (parts.length !== 3 || !header || !claims)
		return fault('malformed', 'The token provided is not a valid JWT');

	const hash = hashes.get(header.alg);
	if (!hash)
		return fault(
			'signer',
			'Failed to generate JWT signer, check your JWT secret or JWKS configuration',
		);
	const expected = createHmac(hash, secret).update(`${head}.${body}`).digest();
	const given = Buffer.from(signature, 'base64url');
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return fault('signature', 'Failed to validate JWT signature');
	return checkClaims(claims, now);
}

/** Seconds since 1970, the unit of tokens. */
export function currentSeconds(): number {
	return Math.floor(Date.now() / 1000);
}

function checkClaims(claims: JsonObject, now: number): VerifiedToken {
	const { role, exp, iat } = claims;
	if (typeof exp === 'number' && exp <= now)
		return fault('expired', `Token has expired ${now - Math.round(exp)} seconds ago`);
	if (typeof role !== 'string' || typeof exp !== 'number')
		return fault('missing-claims', 'Fields `role` and `exp` are required in JWT');
	if (iat !== undefined && typeof iat !== 'number')
		return fault('malformed', 'The token provided is not a valid JWT');
	return { claims: { ...claims, role, exp: Math.round(exp) } };
}

function decodePart(part: string): JsonObject | undefined {
	return parseObject(Buffer.from(part, 'base64url').toString('utf8'));
}

function fault(kind: TokenFault, message: string): VerifiedToken {
	return { fault: kind, message };
}
