import type { SupabaseClient } from '@supabase/supabase-js';
import type { RequestEvent } from '@sveltejs/kit';
import type { Database } from '../database.types';
import type { Config } from './config';
import { RequestSession, type User } from './session/request-session';
import type { Agent } from './team';

/** The context of one request. Everything is created lazily. */
export class RequestLocals implements App.Locals {
	readonly config: Config | null;
	user: User | null = null;
	agent: Agent | null = null;
	unreachable = false;
	readonly #event: RequestEvent;
	#session: RequestSession | undefined;

	constructor(event: RequestEvent, config: Config | null) {
		this.#event = event;
		this.config = config;
	}

	get session(): RequestSession {
		if (!this.config) throw new Error('No Supabase project is configured');
		return (this.#session ??= new RequestSession(this.#event, this.config));
	}

	get supabase(): SupabaseClient<Database> {
		return this.session.supabase;
	}
}
