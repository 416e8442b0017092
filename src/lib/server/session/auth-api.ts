import {
	AuthClient,
	isAuthApiError,
	isAuthError,
	isAuthSessionMissingError,
	type JwtPayload,
} from '@supabase/supabase-js';
import { isIP } from 'node:net';
import type { Config } from '../config';
import { SupabaseUnavailable } from '../http/supabase-fetch';
import { parseTokenPair, type TokenPair } from './session-cookie';

/** The result of a sign-in attempt. `wait` is in seconds, from Auth, or 60. */
export type SignInResult =
	{ session: TokenPair } | { refused: 'credentials' } | { refused: 'too_many'; wait: number };

/**
 * The calls of Supabase Auth that the dashboard's server makes. No call is repeated, no session is stored, and no token
 * is renewed unless a function here is called.
 */
export class AuthApi {
	readonly #config: Config;
	readonly #fetch: typeof globalThis.fetch;
	readonly #address: string;

	/** `address` is the client's: Auth applies its limits to it if it is configured to (docs/security.md). */
	constructor(config: Config, fetch: typeof globalThis.fetch, address: string) {
		this.#config = config;
		this.#fetch = fetch;
		this.#address = address;
	}

	/** @throws SupabaseUnavailable */
	async signIn(email: string, password: string): Promise<SignInResult> {
		const answer = await this.#post('token?grant_type=password', { email, password });
		if (answer.status === 429)
			return { refused: 'too_many', wait: Number(answer.headers.get('retry-after')) || 60 };
		if (isRefusal(answer)) return { refused: 'credentials' };
		return { session: await readSession(answer) };
	}

	/**
	 * A new session for a refresh token; null if Auth refuses it for good.
	 * @throws SupabaseUnavailable
	 */
	async refresh(refreshToken: string): Promise<TokenPair | null> {
		const body = { refresh_token: refreshToken };
		const answer = await this.#post('token?grant_type=refresh_token', body);
		return isRefusal(answer) ? null : readSession(answer);
	}

	/** Ends the session of this token, and no other session of the user. */
	async signOut(accessToken: string): Promise<void> {
		await this.#post('logout?scope=local', {}, accessToken);
	}

	/**
	 * The claims of a token after its signature was checked; null for an invalid one. The expiry is not checked here.
	 * @throws SupabaseUnavailable
	 */
	async verify(accessToken: string): Promise<JwtPayload | null> {
		try {
			const { data, error } = await this.#client().getClaims(accessToken, { allowExpired: true });
			if (!error) return data?.claims ?? null;
			const isFalse = error.name === 'AuthInvalidJwtError' || isAuthSessionMissingError(error);
			if (isFalse || (isAuthApiError(error) && (error.status === 401 || isRefusal(error))))
				return null;
			throw error;
		} catch (cause) {
			// Invalid claims, algorithms and keys throw other errors.
			if (!isAuthError(cause)) return null;
			throw new SupabaseUnavailable('Could not verify a token', { cause });
		}
	}

	#client(): InstanceType<typeof AuthClient> {
		return new AuthClient({
			url: `${this.#config.supabaseUrl}/auth/v1`,
			headers: this.#headers(),
			fetch: this.#fetch,
			persistSession: false,
			autoRefreshToken: false,
			detectSessionInUrl: false,
			skipAutoInitialize: true,
		});
	}

	#headers(): Record<string, string> {
		const apikey = this.#config.publishableKey;
		return isIP(this.#address) ? { apikey, 'sb-forwarded-for': this.#address } : { apikey };
	}

	#post(path: string, body: object, accessToken?: string): Promise<Response> {
		return this.#fetch(`${this.#config.supabaseUrl}/auth/v1/${path}`, {
			method: 'POST',
			headers: {
				...this.#headers(),
				'content-type': 'application/json',
				...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
			},
			body: JSON.stringify(body),
		});
	}
}

/**
 * Auth refused the request itself. Other responses do not mean that: too many requests (429), or a gateway that rejects
 * the publishable key (401).
 */
const isRefusal = ({ status }: { status: number }): boolean =>
	status >= 400 && status < 500 && ![401, 408, 429].includes(status);

async function readSession(answer: Response): Promise<TokenPair> {
	const body: unknown = answer.ok ? await answer.json().catch(() => null) : null;
	const session = parseTokenPair(body);
	if (!session) throw new SupabaseUnavailable(`Auth answered ${answer.status} without a session`);
	return session;
}
