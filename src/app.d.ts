import type { SupabaseClient } from '@supabase/supabase-js';
import type { Agent, Config, User } from '$lib/server/session';
import type { Database } from '$lib/database.types';

declare global {
	namespace App {
		interface Locals {
			/** Where the Supabase project is; null until the server has been told (then only /setup answers). */
			config: Config | null;
			/** A client of this one request, acting as the person who made it. Never one with a secret key. */
			supabase: SupabaseClient<Database>;
			/** Whose verified token came with the request. */
			user: User | null;
			/** The person's row in the support team, read for this request; null for everybody else. */
			agent: Agent | null;
		}
		interface PageData {
			/** What this page is about, for the tab's title; the inbox has none. */
			title?: string;
		}
		interface Error {
			message: string;
			code?: string;
		}
	}
}

export {};
