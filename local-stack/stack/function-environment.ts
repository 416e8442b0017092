import { type ProjectKeys } from './project-keys';

/**
 * Environment variables of Edge Functions: those of hosted Supabase, and this product's secrets. Emails go to the
 * outbox instead of Resend.
 */
export function functionEnvironment(options: {
	apiUrl: string;
	databaseUrl: string;
	outboxUrl: string;
	keys: ProjectKeys;
}): Record<string, string> {
	const { keys } = options;
	return {
		SUPABASE_URL: options.apiUrl,
		SUPABASE_DB_URL: options.databaseUrl,
		SUPABASE_ANON_KEY: keys.anonJwt,
		SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleJwt,
		SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
		SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
		RESEND_API_KEY: 're_local_outbox',
		RESEND_BASE_URL: options.outboxUrl,
	};
}
