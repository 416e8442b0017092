import { expect, it } from 'vitest';
import { ServerClock } from '../api/server-clock';
import { readToken, Tokens } from './tokens';

const now = Date.parse('2026-01-01T00:00:00Z');
const encode = (claims: unknown): string =>
	Buffer.from(JSON.stringify(claims)).toString('base64url');
const token = (life: number, claims: object = {}): string =>
	`h.${encode({ sub: 'ada', exp: (now + life) / 1000, name: 'Ädä', ...claims })}.s`;

it('reads the user and the expiry', () => {
	expect(readToken(token(1_000))).toMatchObject({ userId: 'ada', expiresAt: now + 1_000 });
	expect(readToken(token(0, { exp: undefined }))?.expiresAt).toBe(Infinity);
});

it.each([
	'',
	'x',
	'a.b.c',
	`h.${encode({})}.s`,
	`h.${encode({ sub: 7 })}.s`,
	`h.${encode(null)}.s`,
])('takes %j for nobody', (text) => expect(readToken(text)).toBeNull());

function tokensOf(source: (refresh: boolean) => string | null): {
	tokens: Tokens;
	asked: boolean[];
} {
	const asked: boolean[] = [];
	const tokens = new Tokens(
		(options) => {
			asked.push(options?.refresh ?? false);
			return Promise.resolve(source(options?.refresh ?? false));
		},
		new ServerClock(() => now),
	);
	return { tokens, asked };
}

it('requests the token once for any number of callers', async () => {
	const { tokens, asked } = tokensOf(() => token(60_000));
	await Promise.all([tokens.get(), tokens.get(), tokens.get()]);
	expect(asked).toEqual([false]);
});

it('renews an expiring token once for all callers', async () => {
	const { tokens, asked } = tokensOf((refresh) => token(refresh ? 60_000 : 1_000));
	const [one, two] = await Promise.all([tokens.fresh(5_000), tokens.fresh(5_000)]);
	expect(one.data?.expiresAt).toBe(now + 60_000);
	expect(two.data?.token).toBe(one.data?.token);
	expect(asked.filter(Boolean)).toHaveLength(1);
});

it('does not renew a token that the page has renewed', async () => {
	const { tokens, asked } = tokensOf(() => token(60_000));
	await tokens.renew('the old one');
	expect(asked).toEqual([false]);
});

it('uses a token that is still valid when there is no new one', async () => {
	const tokens = new Tokens(
		(options) =>
			options?.refresh ? Promise.reject(new Error('offline')) : Promise.resolve(token(3_000)),
		new ServerClock(() => now),
	);
	expect((await tokens.fresh(5_000)).data?.userId).toBe('ada');
});

it('distinguishes a failure of the page from a sign-out', async () => {
	const clock = new ServerClock(() => now);
	const broken = new Tokens(() => Promise.reject(new Error('x')), clock);
	expect((await broken.get()).error?.kind).toBe('retry');
	const nobody = new Tokens(() => Promise.resolve(null), clock);
	expect(await nobody.get()).toEqual({ data: null, error: null });
});
