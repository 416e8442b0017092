import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyToken } from './jwt';

const secret = 'a secret for these tests only, long enough';
const now = 1_800_000_000;
const good = { role: 'authenticated', exp: now + 60, sub: 'ada' };

function sign(claims: unknown, { alg = 'HS256', hash = 'sha256', key = secret } = {}): string {
	const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
	const content = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
	return `${content}.${createHmac(hash, key).update(content).digest('base64url')}`;
}

const verify = (token: string) => verifyToken(token, secret, now);

test('a token signed with the secret returns its claims, with exp in whole seconds', () => {
	expect(verify(sign(good)).claims).toEqual(good);
	expect(verify(sign({ ...good, exp: now + 9.4 })).claims?.exp).toBe(now + 9);
	const hs512 = sign(good, { alg: 'HS512', hash: 'sha512' });
	expect(verify(hs512).claims).toEqual(good);
});

test('white space around and in a token is ignored', () => {
	expect(verify(` ${sign(good)}\n`).claims).toEqual(good);
});

describe('rejected are', () => {
	test('another secret, and a changed claim', () => {
		const forged = sign(good, { key: 'another secret of somebody else' });
		expect(verify(forged).fault).toBe('signature');
		const [head, , signature] = sign(good).split('.');
		const claims = Buffer.from(JSON.stringify({ ...good, role: 'service_role' }));
		const changed = `${head}.${claims.toString('base64url')}.${signature}`;
		expect(verify(changed)).toEqual({
			fault: 'signature',
			message: 'Failed to validate JWT signature',
		});
	});

	test('no algorithm, in any spelling, and algorithms of other keys', () => {
		for (const alg of ['none', 'None', 'NONE', '', 'RS256', 'ES256'])
			expect(verify(sign(good, { alg })).fault, alg).toBe('signer');
		const [head, body] = sign(good, { alg: 'none' }).split('.');
		expect(verify(`${head}.${body}.`).fault).toBe('signer');
	});

	test('a shortened or empty signature', () => {
		const token = sign(good);
		expect(verify(token.slice(0, -3)).fault).toBe('signature');
		expect(verify(token.slice(0, token.lastIndexOf('.') + 1)).fault).toBe('signature');
	});

	test('an expired token, from the second of its end', () => {
		expect(verify(sign({ ...good, exp: now - 12 }))).toEqual({
			fault: 'expired',
			message: 'Token has expired 12 seconds ago',
		});
		expect(verify(sign({ ...good, exp: now })).fault).toBe('expired');
	});

	test('tokens without role or exp', () => {
		const message = 'Fields `role` and `exp` are required in JWT';
		for (const claims of [{ role: 'anon' }, { exp: now + 60 }, { ...good, exp: 'never' }])
			expect(verify(sign(claims))).toEqual({ fault: 'missing-claims', message });
	});

	test('text that is not a token', () => {
		for (const token of ['', 'abc', 'aaa.bbb.ccc', `${sign(good)}.more`, sign('text'), '..'])
			expect(verify(token).fault, token).toBe('malformed');
	});
});
