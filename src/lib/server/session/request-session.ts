import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { RequestEvent } from '@sveltejs/kit';
import type { Database } from '../../database.types';
import { readToken } from '$chat/session/tokens';
import type { Config } from '../config';
import { logFault } from '../log';
import { NoSocket } from '../http/no-socket';
import { addressKey } from '../http/rate-limiter';
import { clientAddress, refusedSessions } from '../http/request-limits';
import { createSupabaseFetch, supabaseClock } from '../http/supabase-fetch';
import { AuthApi, type SignInResult } from './auth-api';
import { Refreshes } from './refreshes';
import { markOf, SessionCookie, type TokenPair } from './session-cookie';

/** A token that expires within this time is renewed first, because it must last for the whole request. */
const LASTS_MS = 15_000;

/** A signed-in user, from their verified token. */
export interface User {
	id: string;
	email: string;
}

const refreshes = new Refreshes();

/**
 * The identity of one request, and its only access to Supabase. It does nothing until it is called: a request that
 * needs no identity causes no call, whatever its cookies are. Cookies change only in calls that their callers wait for.
 */
export class RequestSession {
	/** For all calls to Supabase in this request, which share one time limit. */
	readonly fetch = createSupabaseFetch();
	readonly #config: Config;
	readonly #cookie: SessionCookie;
	readonly #address: string;
	readonly #auth: AuthApi;
	#tokens: TokenPair | null = null;
	#supabase: SupabaseClient<Database> | undefined;

	constructor(event: RequestEvent, config: Config) {
		this.#config = config;
		const isHttps = event.url.protocol === 'https:';
		this.#cookie = new SessionCookie(event.cookies, config.supabaseUrl, isHttps);
		this.#address = clientAddress(event);
		this.#auth = new AuthApi(config, this.fetch, this.#address);
	}

	/** A client with the rights of this user. It has their token, but not their session. */
	get supabase(): SupabaseClient<Database> {
		const token = this.#tokens?.access_token ?? null;
		return (this.#supabase ??= createClient<Database>(
			this.#config.supabaseUrl,
			this.#config.publishableKey,
			{
				accessToken: () => Promise.resolve(token),
				global: { fetch: this.fetch },
				realtime: { transport: NoSocket },
			},
		));
	}

	/** The access token of the user that identify() found. */
	get accessToken(): string | null {
		return this.#tokens?.access_token ?? null;
	}

	/**
	 * The user of this request: the token is verified, and renewed if it has expired.
	 * @throws SupabaseUnavailable, which does not concern the session
	 */
	async identify(): Promise<User | null> {
		const stored = await this.#cookie.read();
		if (!stored) return null;
		const isOver = endsWithin(stored, LASTS_MS);
		let tokens = isOver ? await this.#refresh(stored) : stored;
		let claims = tokens && (await this.#auth.verify(tokens.access_token));
		// The project may have changed its keys.
		if (!claims && tokens === stored) {
			tokens = await this.#refresh(stored);
			claims = tokens && (await this.#auth.verify(tokens.access_token));
		}
		if (!tokens || claims?.role !== 'authenticated') return null;
		this.#tokens = tokens;
		this.#cookie.mark(tokens);
		return { id: claims.sub, email: claims.email ?? '' };
	}

	/**
	 * The token for the browser's own calls, after identify(). Renewed if it expires within `ms`, or if it is the token
	 * that the browser reports as refused (`refused` is its mark). `expires_in` is in seconds.
	 */
	async tokenFor(
		ms: number,
		refused: string | null,
	): Promise<{ access_token: string; expires_in: number } | null> {
		const current = this.#tokens;
		if (current && (endsWithin(current, ms) || markOf(current) === refused))
			this.#tokens = await this.#refresh(current);
		if (!this.#tokens) return null;
		const { access_token } = this.#tokens;
		return { access_token, expires_in: Math.floor(millisecondsLeft(access_token) / 1000) };
	}

	/** Signs in and replaces an earlier session. @throws SupabaseUnavailable */
	async signIn(email: string, password: string): Promise<SignInResult> {
		const result = await this.#auth.signIn(email, password);
		if ('session' in result) this.#cookie.write(result.session);
		return result;
	}

	/** Signs out in this browser, also if Auth cannot end the session. */
	async signOut(): Promise<void> {
		try {
			const stored = await this.#cookie.read();
			const session = stored && endsWithin(stored, 0) ? await this.#refresh(stored) : stored;
			if (session) await this.#auth.signOut(session.access_token);
		} catch (cause) {
			logFault('A session could not be ended at Auth', cause);
		}
		this.#cookie.write(null);
	}

	async #refresh(session: TokenPair): Promise<TokenPair | null> {
		const key = addressKey(this.#address);
		// This address sent too many forged sessions: treat the request as signed out for now, and keep its cookie.
		if (refusedSessions.waitFor(key) > 0) return null;
		const { refresh_token: token } = session;
		const renewed = await refreshes.run(token, async () => {
			const answer = await this.#auth.refresh(token);
			if (!answer) refusedSessions.count(key);
			return answer;
		});
		this.#cookie.write(renewed);
		return renewed;
	}
}

const endsWithin = ({ access_token }: TokenPair, ms: number): boolean =>
	millisecondsLeft(access_token) <= ms;

/** By Supabase's clock. */
function millisecondsLeft(accessToken: string): number {
	const token = readToken(accessToken);
	return token ? Math.min(token.expiresAt - supabaseClock.now(), 86_400_000) : 0;
}
