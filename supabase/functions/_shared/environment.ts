import { z } from 'zod';

const keys = z.looseObject({ default: z.string().min(1) });

/** Environment variables that every function needs. */
export interface Environment {
	supabaseUrl: string;
	/** The project's secret key; a legacy service_role key where there is no other. */
	secretKey: string;
	/** Its publishable key, for calls in the name of a user; a legacy anon key where there is no other. */
	publishableKey: string;
}

/** Reads the environment that the platform gives. Throws if a part is missing: the platform always gives it. */
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
