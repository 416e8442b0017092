import { z } from 'zod';

const keys = z.looseObject({ default: z.string().min(1) });

/** Environment variables that every function needs. */
export interface Environment {
	supabaseUrl: string;
	/** The project's secret key, or else a legacy service_role key. */
	secretKey: string;
	/** The project's publishable key, for calls in the name of a user, or else a legacy anon key. */
	publishableKey: string;
}

/** Reads the environment that the platform sets. Throws if a part is missing, which the platform always sets. */
export function readEnvironment(get: (name: string) => string | undefined): Environment {
	const supabaseUrl = get('SUPABASE_URL')?.replace(/\/+$/, '');
	const secretKey = readKey(get('SUPABASE_SECRET_KEYS')) ?? get('SUPABASE_SERVICE_ROLE_KEY');
	const publishableKey = readKey(get('SUPABASE_PUBLISHABLE_KEYS')) ?? get('SUPABASE_ANON_KEY');
	if (!supabaseUrl || !secretKey || !publishableKey)
		throw new Error('SUPABASE_URL, SUPABASE_SECRET_KEYS or SUPABASE_PUBLISHABLE_KEYS is missing');
	return { supabaseUrl, secretKey, publishableKey };
}

function readKey(text: string | undefined): string | undefined {
	return keys.safeParse(parseJson(text)).data?.default;
}

function parseJson(text: string | undefined): unknown {
	try {
		return JSON.parse(text ?? '');
	} catch {
		return null;
	}
}
