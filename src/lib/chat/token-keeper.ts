import type { ServerClock } from './clock';
import type { ChatEnvironment } from './environment';
import type { Result } from './errors';
import type { SessionToken, Tokens } from './tokens';
import * as TIMING from './timing';

export interface TokenKeeperOptions {
	environment: ChatEnvironment;
	tokens: Tokens;
	clock: ServerClock;
	/** The same user's new token: every joined channel must have it before the old one expires. */
	onRenewed: (token: string) => void;
	/** Somebody else signed in, or nobody is any more. */
	onUserChanged: () => void;
}

/** The token that a socket lives on: fresh for every join, renewed ahead of its expiry, never a refused one twice. */
export class TokenKeeper {
	readonly #options: TokenKeeperOptions;
	#session: SessionToken | null = null;
	#refused = '';
	#renewAt = Infinity;
	#cancelRenewal = (): void => {};

	constructor(options: TokenKeeperOptions) {
		this.#options = options;
	}

	/** The server says that the present token is no good; the next `forJoin()` brings another. */
	refuse(): void {
		this.#refused = this.#session?.token ?? '';
	}

	/** The session to join with; null when nobody is signed in, or the token is dead and there is no other. */
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

	/** Looks whether the host has another token by now, or none. */
	async look(): Promise<void> {
		const session = await this.#options.tokens.get();
		if (!session.error) this.#use(session.data);
	}

	async renewIfDue(): Promise<void> {
		const session = this.#session;
		if (!session) return;
		const early = this.#renewAt - this.#options.clock.now();
		if (early > 0) return this.#planRenewal(early);
		const renewed = await this.#options.tokens.renew(session.token);
		if (renewed.data && renewed.data.token !== session.token) return this.#use(renewed.data);
		// Not had: again soon, for as long as the old one lives; after that the rejoin sees to it.
		this.#planRenewal(10_000);
	}

	/** No socket, no renewal. */
	pause(): void {
		this.#cancelRenewal();
	}

	#use(session: SessionToken | null): void {
		const before = this.#session;
		if (session && before?.token === session.token) {
			if (this.#renewAt === Infinity) this.#planFor(session);
			return;
		}
		this.#session = session;
		this.#cancelRenewal();
		if (before && before.userId !== session?.userId) this.#options.onUserChanged();
		else if (session) this.#options.onRenewed(session.token);
		if (session) this.#planFor(session);
	}

	#planFor(session: SessionToken): void {
		const life = session.expiresAt - this.#options.clock.now();
		this.#planRenewal(Math.max(life - TIMING.refreshBeforeExpiry, life * 0.5));
	}

	#planRenewal(ms: number): void {
		this.#cancelRenewal();
		if (ms === Infinity) return;
		this.#renewAt = this.#options.clock.now() + ms;
		const wait = Math.min(Math.max(ms, 500), 3_600_000);
		const cancel = this.#options.environment.after(wait, () => void this.renewIfDue());
		this.#cancelRenewal = () => {
			cancel();
			this.#renewAt = Infinity;
		};
	}
}
