import type { ServerClock } from './clock';
import { chatError, type Result } from './errors';

/**
 * Who is signed in: the access token, or null when nobody is. With `refresh`, the former token was refused or is
 * about to expire: answer with a new one. May be called often; may reject (which counts as passing trouble).
 */
export type AccessTokenSource = (options?: { refresh?: boolean }) => Promise<string | null>;

export interface SessionToken {
	token: string;
	/** The claim `sub`. */
	userId: string;
	/** Claim `exp` in milliseconds since 1970, by the server's clock; Infinity if there is none. */
	expiresAt: number;
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
		return { token, userId: claims.sub, expiresAt: exp };
	} catch {
		return null;
	}
}

/** Asks the host for tokens: one question at a time, however many need the answer. */
export class Tokens {
	readonly #source: AccessTokenSource;
	readonly #clock: ServerClock;
	#asking: Promise<Result<SessionToken | null>> | null = null;
	#refreshing: Promise<Result<SessionToken | null>> | null = null;

	constructor(source: AccessTokenSource, clock: ServerClock) {
		this.#source = source;
		this.#clock = clock;
	}

	/** The session, or null when nobody is signed in. `error` only when the host could not tell. */
	get(): Promise<Result<SessionToken | null>> {
		this.#asking ??= this.#ask(false).finally(() => (this.#asking = null));
		return this.#asking;
	}

	/** A token other than `old`, which was refused or is about to expire. */
	async renew(old: string): Promise<Result<SessionToken | null>> {
		const current = await this.get();
		// Somebody else (the host, another call) renewed it meanwhile.
		if (current.error || !current.data || current.data.token !== old) return current;
		this.#refreshing ??= this.#ask(true).finally(() => (this.#refreshing = null));
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

	expiresWithin(session: SessionToken, ms: number): boolean {
		return session.expiresAt <= this.#clock.now() + ms;
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
