import { Backoff } from '../realtime/backoff';
import type { ServerClock } from '../api/server-clock';
import { chatError, type Result } from '../errors';

/** The first and the longest wait after a renewal that brought no valid token. */
const RENEW_FIRST = 5_000;
const RENEW_MOST = 5 * 60_000;

/**
 * Who is signed in: the access token, or null when no one is. With `refresh`, the former token was refused or is
 * about to expire: answer with a new one. May be called often; may reject (which counts as passing trouble).
 */
export type AccessTokenSource = (options?: { refresh?: boolean }) => Promise<string | null>;

export interface SessionToken {
	token: string;
	/** The claim `sub`. */
	userId: string;
	/** Claim `exp` in milliseconds since 1970, by the server's clock; Infinity if there is none. */
	expiresAt: number;
	/** Claim `iat` in milliseconds since 1970, by the server's clock; 0 if there is none. */
	issuedAt: number;
}

/** The claims this core needs, unverified: the server verifies, here they only decide what to ask for and when. */
export function readToken(token: string): SessionToken | null {
	try {
		const part = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
		const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
		const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
		if (typeof claims !== 'object' || claims === null || !('sub' in claims)) return null;
		if (typeof claims.sub !== 'string' || claims.sub === '') return null;
		const exp = 'exp' in claims && typeof claims.exp === 'number' ? claims.exp * 1000 : Infinity;
		const iat = 'iat' in claims && typeof claims.iat === 'number' ? claims.iat * 1000 : 0;
		return { token, userId: claims.sub, expiresAt: exp, issuedAt: iat };
	} catch {
		return null;
	}
}

/** The host's tokens. One request to the host at a time, however many callers wait for it. */
export class Tokens {
	readonly #source: AccessTokenSource;
	readonly #clock: ServerClock;
	readonly #pause: Backoff;
	#asking: Promise<Result<SessionToken | null>> | null = null;
	#refreshing: Promise<Result<SessionToken | null>> | null = null;
	#renewedAt = -Infinity;
	/** How long to wait before the next renewal: none until one brought a token that the server refused as well. */
	#wait = 0;
	#renewed = '';

	constructor(source: AccessTokenSource, clock: ServerClock, chance: { random(): number } = Math) {
		this.#source = source;
		this.#clock = clock;
		this.#pause = new Backoff(chance, RENEW_FIRST, RENEW_MOST);
	}

	/** The session, or null when signed out. `error` only when the page could not say. */
	get(): Promise<Result<SessionToken | null>> {
		const asking = (this.#asking ??= this.#ask(false).finally(() => {
			if (this.#asking === asking) this.#asking = null;
		}));
		return asking;
	}

	/** The user may have changed: a pending result may be outdated. */
	changed(): void {
		this.#asking = null;
	}

	/**
	 * A token other than `old`, which was refused or is about to expire. Renewals that fail repeat with a growing
	 * pause; during the pause the result is a temporary error.
	 */
	async renew(old: string): Promise<Result<SessionToken | null>> {
		const current = await this.get();
		// The host or another call renewed it in the meantime.
		if (current.error || !current.data || current.data.token !== old) return current;
		const since = this.#clock.now() - this.#renewedAt;
		if (!this.#refreshing && since >= 0 && since < this.#wait)
			return { data: null, error: chatError('server', 401, 'renewed a moment ago') };
		this.#refreshing ??= this.#refresh(old).finally(() => (this.#refreshing = null));
		return this.#refreshing;
	}

	/** The session with a token that lives for at least `ms` more, renewed if need be. */
	async fresh(ms: number): Promise<Result<SessionToken | null>> {
		const current = await this.get();
		if (current.error || !current.data || !this.expiresWithin(current.data, ms)) return current;
		const renewed = await this.renew(current.data.token);
		// A token still good for a moment is better than none.
		return renewed.error && !this.expiresWithin(current.data, 0) ? current : renewed;
	}

	/** The server accepted this token. */
	accepted(token: string): void {
		if (token !== this.#renewed) return;
		this.#renewed = '';
		this.#wait = 0;
		this.#pause.reset();
	}

	/**
	 * By the server's time. While that is not known, a token of Supabase Auth (they have `iat`) is tried: this machine's
	 * clock may be hours off.
	 */
	expiresWithin(session: SessionToken, ms: number): boolean {
		const canTell = this.#clock.isKnown || session.issuedAt === 0;
		return canTell && session.expiresAt <= this.#clock.now() + ms;
	}

	async #refresh(old: string): Promise<Result<SessionToken | null>> {
		const answer = await this.#ask(true);
		this.#renewedAt = this.#clock.now();
		this.#wait = this.#pause.next();
		const { data } = answer;
		if (data && data.token !== old) {
			this.#renewed = data.token;
			this.#clock.observeRenewed(data.issuedAt, data.expiresAt);
		}
		return answer;
	}

	async #ask(refresh: boolean): Promise<Result<SessionToken | null>> {
		try {
			const token = await this.#source(refresh ? { refresh } : undefined);
			return { data: token ? readToken(token) : null, error: null };
		} catch (cause) {
			return { data: null, error: chatError('network', 0, String(cause)) };
		}
	}
}
