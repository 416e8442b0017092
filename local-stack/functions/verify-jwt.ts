import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const header = z.object({ alg: z.literal('HS256') });
const payload = z.object({ exp: z.number() });

/** The text with which the platform's gateway would respond with 401, or null if the token is valid. */
export function refuseJwt(authorization: string | undefined, jwtSecret: string): string | null {
	if (!authorization) return 'Missing authorization header';
	const [, head, body, signature] =
		/^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization) ?? [];
	if (!head || !body || !signature) return 'Invalid JWT';
	const expected = createHmac('sha256', jwtSecret).update(`${head}.${body}`).digest();
	const given = Buffer.from(signature, 'base64url');
	if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'Invalid JWT';
	if (!header.safeParse(decode(head)).success) return 'Invalid JWT';
	const claims = payload.safeParse(decode(body));
	if (!claims.success || claims.data.exp * 1000 <= Date.now()) return 'Invalid JWT';
	return null;
}

function decode(part: string): unknown {
	try {
		return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
	} catch {
		return null;
	}
}
