import { createClient } from '@supabase/supabase-js';

/** The accounts that the seed makes, and the password of all of them. */
export const DEMO_CUSTOMERS = [
	{ name: 'Ada', email: 'ada@example.com' },
	{ name: 'Grace', email: 'grace@example.com' },
] as const;
const DEMO_PASSWORD = 'support-demo';

/**
 * Where the shop keeps its session. Not supabase-js's default: this page shares its origin with the dashboard, whose
 * session the widget would otherwise take for the customer's.
 */
export const DEMO_STORAGE_KEY = 'demo-shop-auth';

/** The shop's own sign-in, as any site with supabase-js has it. The widget finds the session by itself. */
export class DemoSession {
	email: string | null = $state(null);
	busy = $state(false);
	problem = $state('');
	readonly #auth;

	constructor(config: { supabaseUrl: string; publishableKey: string }) {
		this.#auth = createClient(config.supabaseUrl, config.publishableKey, {
			auth: { storageKey: DEMO_STORAGE_KEY },
		}).auth;
	}

	/** Follows the session; answers what stops it. */
	follow(): () => void {
		const { data } = this.#auth.onAuthStateChange((_event, session) => {
			this.email = session?.user.email ?? null;
		});
		return () => data.subscription.unsubscribe();
	}

	signIn(email: string): Promise<void> {
		return this.#attempt(async () => {
			// Sign out the former user first.
			await this.#auth.signOut({ scope: 'local' });
			return this.#auth.signInWithPassword({ email, password: DEMO_PASSWORD });
		});
	}

	signOut(): Promise<void> {
		return this.#attempt(() => this.#auth.signOut({ scope: 'local' }));
	}

	async #attempt(work: () => Promise<{ error: Error | null }>): Promise<void> {
		this.busy = true;
		const { error } = await work();
		this.problem = error?.message ?? '';
		this.busy = false;
	}
}
