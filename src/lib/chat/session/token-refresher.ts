import type { ServerClock } from '../api/server-clock';
import type { ChatEnvironment } from '../environment';
import type { Result } from '../errors';
import type { SessionToken, Tokens } from './tokens';

/** A token is renewed this long before it expires (at half of its life, if that is later). */
const REFRESH_BEFORE_EXPIRY = 60_000;

export interface TokenRefresherOptions {
	environment: ChatEnvironment;
	tokens: Tokens;
	clock: ServerClock;
	/** The same user's new token: every joined channel must have it before the old one expires. */
	onRenewed: (token: string) => void;
	/** Another user signed in, or none is. */
	onUserChanged: () => void;
}

/** The token that a socket uses: fresh for every join, renewed before it expires, never a rejected one twice. */
export class TokenRefresher {
	readonly #options: TokenRefresherOptions;
	#session: SessionToken | null = null;
	#refused = '';
	/** When to renew, by the server's time. */
	#dueAt: number | null = null;
	#cancelRenewal = (): void => {};

	constructor(options: TokenRefresherOptions) {
		this.#options = options;
	}

	/** The server refused the present token; the next `forJoin()` brings another. */
	refuse(reason: string): void {
		this.#refused = this.#session?.token ?? '';
		// "Token has expired 3 seconds ago" reveals the server's time, so the expired token is not tried again.
		const ago = /expired (\d+) seconds ago/.exec(reason)?.[1];
		if (this.#session && ago)
			this.#options.clock.observeTime(this.#session.expiresAt + Number(ago) * 1000);
	}

	/** The session to join with; null when signed out, or when the token has expired and there is no other. */
	async forJoin(): Promise<Result<SessionToken | null>> {
		const { tokens } = this.#options;
		let session = await tokens.fresh(10_000);
		if (session.data && session.data.token === this.#refused)
			session = await tokens.renew(this.#refused);
		if (session.error) return session;
		// An expired token would be refused, 5 s late.
		if (session.data && tokens.expiresWithin(session.data, 0)) return { data: null, error: null };
		this.#use(session.data);
		return session;
	}

	/** Finds out whether the page has another token by now, or none. */
	async checkSession(): Promise<void> {
		const session = await this.#options.tokens.get();
		if (!session.error) this.#use(session.data);
	}

	async renewIfDue(): Promise<void> {
		const session = this.#session;
		if (!session) return;
		if (this.#dueIn(session) > 0) return this.#plan(session);
		const renewed = await this.#options.tokens.renew(session.token);
		if (renewed.data && renewed.data.token !== session.token) return this.#use(renewed.data);
		// No new token: try again soon while the old one is valid; after that the rejoin renews it.
		this.#planIn(10_000);
	}

	/** Without a socket nothing is renewed. */
	pause(): void {
		this.#cancelRenewal();
	}

	#use(session: SessionToken | null): void {
		const before = this.#session;
		if (session && before?.token === session.token) return this.#plan(session);
		this.#session = session;
		this.#dueAt = null;
		this.#cancelRenewal();
		if (before && before.userId !== session?.userId) this.#options.onUserChanged();
		else if (session) this.#options.onRenewed(session.token);
		if (session) this.#plan(session);
	}

	/** Milliseconds until the token should be renewed. By its own `iat` while the server's time is not known. */
	#dueIn({ issuedAt, expiresAt }: SessionToken): number {
		const { clock } = this.#options;
		const now = clock.isKnown ? clock.now() : issuedAt;
		// Without `iat` the token's life is what was left of it when it was first seen by the server's time.
		if (now === 0) return Infinity;
		this.#dueAt ??=
			expiresAt - Math.min(REFRESH_BEFORE_EXPIRY, (expiresAt - (issuedAt || now)) / 2);
		return this.#dueAt - now;
	}

	#plan(session: SessionToken): void {
		this.#planIn(this.#dueIn(session));
	}

	#planIn(ms: number): void {
		this.#cancelRenewal();
		if (ms === Infinity) return;
		const wait = Math.min(Math.max(ms, 500), 3_600_000);
		this.#cancelRenewal = this.#options.environment.after(wait, () => void this.renewIfDue());
	}
}
