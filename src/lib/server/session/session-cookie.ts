import { createHash } from 'node:crypto';
import {
	combineChunks,
	createChunks,
	DEFAULT_COOKIE_OPTIONS,
	isChunkLike,
	stringFromBase64URL,
	stringToBase64URL,
} from '@supabase/ssr';
import type { Cookies } from '@sveltejs/kit';
import { z } from 'zod';
import { SESSION_MARK } from '../../dashboard/session/session-mark';

/** The prefix of values that @supabase/ssr encodes; sessions are stored in its format. */
const BASE64 = 'base64-';

/** The required part of a session. Anyone can send cookies, so a value of another shape is not a session. */
const tokenPair = z.object({
	access_token: z
		.string()
		.max(64_000)
		.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/),
	refresh_token: z.string().min(1).max(1_000),
});
export type TokenPair = z.infer<typeof tokenPair>;
export const parseTokenPair = (value: unknown): TokenPair | null =>
	tokenPair.safeParse(value).data ?? null;

/** Identifies a session, but is useless to a thief. */
export const markOf = ({ access_token }: TokenPair): string =>
	createHash('sha256').update(access_token).digest('base64url').slice(0, 16);

/**
 * The cookies of one request that hold the session. No script can read them (HttpOnly). A further cookie has a mark,
 * with which the browser's code notices that another user has signed in, or that the user has signed out.
 */
export class SessionCookie {
	readonly #cookies: Cookies;
	readonly #key: string;
	readonly #secure: boolean;

	constructor(cookies: Cookies, supabaseUrl: string, secure: boolean) {
		this.#cookies = cookies;
		// The name that supabase-js uses.
		this.#key = `sb-${new URL(supabaseUrl).hostname.split('.')[0]}-auth-token`;
		this.#secure = secure;
	}

	/** The session as the browser sent it, unverified; null if there is none or it is invalid. */
	async read(): Promise<TokenPair | null> {
		const raw = await combineChunks(this.#key, (name) => this.#cookies.get(name) ?? null);
		if (!raw) return null;
		try {
			const text = raw.startsWith(BASE64) ? stringFromBase64URL(raw.slice(BASE64.length)) : raw;
			return parseTokenPair(JSON.parse(text));
		} catch {
			return null;
		}
	}

	/** Stores a session; null removes it. May be called at any time; the last call before the response counts. */
	write(session: TokenPair | null): void {
		const { access_token, refresh_token } = session ?? {};
		const value = JSON.stringify({ access_token, refresh_token, token_type: 'bearer' });
		const chunks = session ? createChunks(this.#key, BASE64 + stringToBase64URL(value)) : [];
		const names = new Set(chunks.map(({ name }) => name));
		for (const { name } of this.#cookies.getAll())
			if (isChunkLike(name, this.#key) && !names.has(name)) this.#set(name, null);
		for (const { name, value: part } of chunks) this.#set(name, part);
		if (session) this.mark(session);
		else if (this.#cookies.get(SESSION_MARK)) this.#set(SESSION_MARK, null, false);
	}

	/** Sets the mark if the browser has another one. */
	mark(session: TokenPair): void {
		const mark = markOf(session);
		if (this.#cookies.get(SESSION_MARK) !== mark) this.#set(SESSION_MARK, mark, false);
	}

	#set(name: string, value: string | null, httpOnly = true): void {
		const maxAge = value === null ? 0 : DEFAULT_COOKIE_OPTIONS.maxAge;
		const options = { path: '/', sameSite: 'lax', secure: this.#secure, httpOnly, maxAge } as const;
		try {
			this.#cookies.set(name, value ?? '', options);
		} catch {
			// The response was sent. The browser keeps the old session, whose refresh token Auth accepts once more.
		}
	}
}
