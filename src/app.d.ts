import type { SupabaseClient } from '@supabase/supabase-js';
import type { Config } from '$lib/server/config';
import type { RequestSession, User } from '$lib/server/session/request-session';
import type { Agent } from '$lib/server/team';
import type { Database } from '$lib/database.types';

declare global {
	namespace App {
		interface Locals {
			/** Where the Supabase project is; null until the server has been told (then only /setup answers). */
			config: Config | null;
			/** Who makes this request; the only way to Supabase. Throws until the server has a project. */
			readonly session: RequestSession;
			/** A client of this one request, acting as the person who made it. Never one with a secret key. */
			readonly supabase: SupabaseClient<Database>;
			/** Whose verified token came with the request. */
			user: User | null;
			/** The person's row in the support team, read for this request; null for everybody else. */
			agent: Agent | null;
			/** Supabase did not say who this is; only /login answers then. */
			unreachable: boolean;
		}
		interface PageData {
			/** The subject of this page for the tab's title; the inbox has none. */
			title?: string;
		}
		interface Error {
			message: string;
			code?: string;
		}
	}
}

export {};
