import type { Cookies } from '@sveltejs/kit';
import { describe, expect, it } from 'vitest';
import { SESSION_MARK } from '../../dashboard/session/session-mark';
import { SessionCookie } from './session-cookie';

type Jar = Map<
	string,
	{ value: string; httpOnly: boolean | undefined; maxAge: number | undefined }
>;

/** The cookies of a request, which can no longer be set after the response was sent. */
function jar(values: Record<string, string> = {}): { kept: Jar; cookies: Cookies; leave(): void } {
	const kept: Jar = new Map();
	let hasLeft = false;
	const get = (name: string): string | undefined => kept.get(name)?.value ?? values[name];
	const set: Cookies['set'] = (name, value, { httpOnly, maxAge }) => {
		if (hasLeft)
			throw new Error('Cannot use `cookies.set(...)` after the response has been generated');
		kept.set(name, { value, httpOnly, maxAge });
	};
	const cookies: Cookies = {
		get,
		set,
		getAll: () =>
			[...new Set([...Object.keys(values), ...kept.keys()])].map((name) => ({
				name,
				value: get(name) ?? '',
			})),
		delete: (name, options) => set(name, '', { ...options, maxAge: 0 }),
		serialize: () => '',
	};
	return { kept, cookies, leave: () => (hasLeft = true) };
}

const open = (cookies: Cookies) => new SessionCookie(cookies, 'https://ref.supabase.co', true);
const session = (size: number) => ({ access_token: `a.${'b'.repeat(size)}.c`, refresh_token: 'r' });

describe('the session in cookies', () => {
	it('is read as it was written, in one cookie or in many, and scripts cannot read it', async () => {
		for (const size of [10, 9_000]) {
			const { cookies, kept } = jar();
			open(cookies).write(session(size));
			expect(await open(cookies).read()).toEqual(session(size));
			for (const [name, { httpOnly }] of kept)
				expect([name, httpOnly]).toEqual([name, name !== SESSION_MARK]);
		}
	});

	it('may be written any number of times: the last one counts', async () => {
		const { cookies, kept } = jar({ 'sb-ref-auth-token.7': 'of long ago' });
		const cookie = open(cookies);
		for (const size of [9_000, 10, 6_000, 20]) cookie.write(session(size));
		expect(await cookie.read()).toEqual(session(20));
		const left = [...kept].filter(([, { maxAge }]) => maxAge !== 0).map(([name]) => name);
		expect(left.sort()).toEqual(['sb-ref-auth-token', SESSION_MARK]);
		cookie.write(null);
		expect([...kept.values()].every(({ maxAge }) => maxAge === 0)).toBe(true);
	});

	it('may be written after the response was sent, without an error', () => {
		const { cookies, leave, kept } = jar({ 'sb-ref-auth-token': 'x' });
		leave();
		open(cookies).write(session(10));
		open(cookies).write(null);
		expect(kept.size).toBe(0);
	});
});
