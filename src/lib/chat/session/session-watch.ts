import type { ChatEnvironment } from '../environment';
import type { ChatError } from '../errors';
import type { Tokens } from './tokens';
import * as TIMING from '../realtime/timing';

/** Watches who is signed in, by the page's token and without a request. */
export class SessionWatch {
	readonly #environment: ChatEnvironment;
	readonly #tokens: Tokens;
	readonly #onSignedIn: (userId: string) => void;
	readonly #onSignedOut: () => void;
	#userId: string | null = null;
	/** The server refused this token; only another one is tried. */
	#refused: string | null = null;
	#checks = 0;
	#unlisten = (): void => {};
	#cancelCheck = (): void => {};

	constructor(
		environment: ChatEnvironment,
		tokens: Tokens,
		/** A user is signed in: the first one, the same again, or another. */
		onSignedIn: (userId: string) => void,
		onSignedOut: () => void,
	) {
		this.#environment = environment;
		this.#tokens = tokens;
		this.#onSignedIn = onSignedIn;
		this.#onSignedOut = onSignedOut;
	}

	start(): void {
		this.#unlisten = this.#environment.on('wake', () => this.recheck());
		void this.check();
	}

	stop(): void {
		this.#checks++;
		this.#unlisten();
		this.#cancelCheck();
	}

	/** The session may have changed; a token that the server refused before is tried again. */
	recheck(): void {
		this.#refused = null;
		this.#tokens.changed();
		void this.check();
	}

	/** Gets the page's token to find out who is signed in. */
	async check(): Promise<void> {
		const environment = this.#environment;
		const check = ++this.#checks;
		const { data, error } = await this.#tokens.get();
		// Of several results the last requested one counts.
		if (check !== this.#checks) return;
		this.#cancelCheck();
		const session = data && data.token !== this.#refused ? data : null;
		if (!session) {
			if (!error) {
				this.#userId = null;
				this.#onSignedOut();
			}
			this.#cancelCheck = environment.after(TIMING.signInLook, () => {
				// A hidden page does not check; `visible` does.
				if (environment.isVisible()) void this.check();
			});
			return;
		}
		this.#refused = null;
		if (session.userId === this.#userId) return;
		this.#userId = session.userId;
		this.#onSignedIn(session.userId);
	}

	/** A call failed; handles a missing session and a session of another user. */
	async failed({ code, kind }: ChatError): Promise<void> {
		if (kind !== 'signed_out') return;
		if (code !== 'user_changed') {
			const { data } = await this.#tokens.get();
			this.#refused = data?.token ?? null;
		}
		await this.check();
	}
}
