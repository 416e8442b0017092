import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { signToken } from '../stack/project-keys';
import { currentSeconds } from '../realtime/jwt';
import { parseObject } from '../realtime/wire/json';
import { errors } from './http/storage-error';

const download = z.object({ url: z.string(), scope: z.literal('download') });
const upload = z.object({
	url: z.string(),
	scope: z.literal('upload'),
	upsert: z.boolean(),
	owner: z.string().optional(),
});
const expiry = z.object({ exp: z.number() });

/** The rights that a signed address gives to any bearer. */
export type SignedAddress = z.infer<typeof download> | z.infer<typeof upload>;

/** Signs for this many seconds. */
export function signAddress(address: SignedAddress, seconds: number, secret: string): string {
	const iat = currentSeconds();
	return signToken({ ...address, iat, exp: iat + seconds }, secret);
}

/** Checks a token for reading `url` (`bucket/key`); returns its expiry in seconds since 1970. */
export function verifyDownload(token: string, url: string, secret: string): number {
	const claims = verifySignature(token, secret);
	const address = download.safeParse(claims);
	if (!address.success) throw errors.scope('download');
	if (address.data.url !== url) throw errors.signature();
	return expiry.parse(claims).exp;
}

/** Checks a token for writing `url`. */
export function verifyUpload(token: string, url: string, secret: string): z.infer<typeof upload> {
	const address = upload.safeParse(verifySignature(token, secret));
	if (!address.success) throw errors.scope('upload');
	if (address.data.url !== url) throw errors.signature();
	return address.data;
}

function verifySignature(token: string, secret: string): Record<string, unknown> {
	const [head, body, signature, ...more] = token.split('.');
	if (!head || !body || !signature || more.length > 0) throw errors.token('Invalid Compact JWS');
	const expected = createHmac('sha256', secret).update(`${head}.${body}`).digest();
	const given = Buffer.from(signature, 'base64url');
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		throw errors.token('signature verification failed');
	const header = parseObject(Buffer.from(head, 'base64url').toString('utf8'));
	const claims = parseObject(Buffer.from(body, 'base64url').toString('utf8'));
	const ends = expiry.safeParse(claims);
	if (header?.alg !== 'HS256' || !claims || !ends.success)
		throw errors.token('signature verification failed');
	if (ends.data.exp <= currentSeconds()) throw errors.token('"exp" claim timestamp check failed');
	return claims;
}
