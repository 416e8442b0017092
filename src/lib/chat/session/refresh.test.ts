import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseSession } from './choose-session';
import { findSessions } from './find-sessions';
import { refreshSession } from './refresh';
import type { StoredSession } from './stored-session';

const options = { supabaseUrl: 'https://abc.supabase.co', publishableKey: 'sb_publishable_x' };
const KEY = 'sb-abc-auth-token';
const SECOND = 1000;

/** Supabase Auth's rules for refresh tokens, and the answers that are still on their way. */
class Auth {
	/** The newest token is the last one; the others were rotated. */
	readonly family = ['r0'];
	isOver = false;
	readonly asked: string[] = [];
	/** How long an answer, or the request itself, is under way. */
	delay = 0;
	#rotatedAt = 0;

	session(refreshToken: string): StoredSession {
		const part = (value: object) => btoa(JSON.stringify(value));
		const claims = { sub: 'user', iat: 1, exp: 3601, name: refreshToken };
		return {
			access_token: `${part({})}.${part(claims)}.x`,
			refresh_token: refreshToken,
			expires_at: 3601,
			user: {},
		};
	}

	/** Answers a token that was rotated with its successor, until that was used and the 10 seconds for reuse are over. */
	refresh(token: string): StoredSession | null {
		const index = this.family.indexOf(token);
		const last = this.family.length - 1;
		const isOld = index < last - 1 && Date.now() - this.#rotatedAt > 10 * SECOND;
		if (this.isOver || index < 0 || isOld) {
			this.isOver = true;
			return null;
		}
		if (index === last) {
			this.family.push(`r${this.family.length}`);
			this.#rotatedAt = Date.now();
		}
		return this.session(this.family.at(-1)!);
	}

	fetch = async (_url: string, { body }: { body: string }): Promise<Response> => {
		const { refresh_token: token } = JSON.parse(body);
		this.asked.push(token);
		await new Promise((resolve) => setTimeout(resolve, this.delay));
		const session = this.refresh(token);
		if (session) return Response.json(session);
		return Response.json({ error_code: 'refresh_token_already_used' }, { status: 400 });
	};
}

/** The lock manager of a browser, as far as one exclusive lock needs it. */
function fakeLocks() {
	let last: Promise<unknown> = Promise.resolve();
	return {
		request: (_name: string, _options: object, work: () => Promise<unknown>) => {
			const turn = last.then(work);
			last = turn.catch(() => undefined);
			return turn;
		},
	};
}

let auth: Auth;
const kept = new Map<string, string>();
const keep = (session: StoredSession): unknown => kept.set(KEY, JSON.stringify(session));
const stored = (): StoredSession => JSON.parse(kept.get(KEY)!);
const find = () => chooseSession(findSessions(KEY), new Set(), Date.now())[0] ?? null;
/** One of our tabs finds that this session's access token is of no use. */
const renew = (old: StoredSession) => refreshSession(options, find, old.access_token);

beforeEach(() => {
	vi.useFakeTimers();
	auth = new Auth();
	kept.clear();
	vi.stubGlobal('localStorage', {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key),
	});
	vi.stubGlobal('document', { cookie: '' });
	vi.stubGlobal('fetch', auth.fetch);
	vi.stubGlobal('navigator', { locks: fakeLocks() });
	keep(auth.session('r0'));
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

describe('two of our tabs renew one session at the same moment', () => {
	it.each([
		['taking turns by a Web Lock, and Auth is asked once', true, ['r0']],
		['without Web Locks, and both get the one successor', false, ['r0', 'r0']],
	])('%s', async (_how, hasLocks, asked) => {
		if (!hasLocks) vi.stubGlobal('navigator', {});
		auth.delay = SECOND;
		const old = stored();
		const both = Promise.all([renew(old), renew(old)]);
		await vi.advanceTimersByTimeAsync(5 * SECOND);
		expect((await both).map((session) => session?.refresh_token)).toEqual(['r1', 'r1']);
		expect(auth.asked).toEqual(asked);
		expect(stored().refresh_token).toBe('r1');
		expect(auth.isOver).toBe(false);
	});
});

describe('a renewal that comes 11 seconds late', () => {
	it('adopts what the page has stored meanwhile, and never sends the old token', async () => {
		const old = stored();
		keep(auth.refresh('r0')!);
		await vi.advanceTimersByTimeAsync(11 * SECOND);
		keep(auth.refresh('r1')!);
		await vi.advanceTimersByTimeAsync(11 * SECOND);
		expect((await renew(old))?.refresh_token).toBe('r2');
		expect(auth.asked).toEqual([]);
		expect(auth.isOver).toBe(false);
	});

	it('gets the same successor while it is unused', async () => {
		auth.delay = 11 * SECOND;
		const renewing = renew(stored());
		auth.refresh('r0'); // The page's own client, which is closed before it stores the answer.
		await vi.advanceTimersByTimeAsync(12 * SECOND);
		expect((await renewing)?.refresh_token).toBe('r1');
		expect(stored().refresh_token).toBe('r1');
		expect(auth.isOver).toBe(false);
	});

	it('is rejected by Auth, and the newer session that the page stored is used', async () => {
		auth.delay = 12 * SECOND;
		const renewing = renew(stored());
		auth.refresh('r0');
		keep(auth.refresh('r1')!);
		await vi.advanceTimersByTimeAsync(15 * SECOND);
		expect((await renewing)?.refresh_token).toBe('r2');
		expect(stored().refresh_token).toBe('r2');
	});
});
