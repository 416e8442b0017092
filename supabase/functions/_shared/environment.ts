import { z } from 'zod';

const secretKeys = z.looseObject({ default: z.string().min(1) });

/** What every function needs of its project. */
export interface Environment {
	supabaseUrl: string;
	/** The project's secret key; a legacy service_role key where there is no other. */
	secretKey: string;
}

/** Reads the environment that the platform gives. Throws if a part is missing: the platform always gives it. */
export function readEnvironment(get: (name: string) => string | undefined): Environment {
	const supabaseUrl = get('SUPABASE_URL')?.replace(/\/+$/, '');
	const keys = parseJson(get('SUPABASE_SECRET_KEYS'));
	const secretKey = secretKeys.safeParse(keys).data?.default ?? get('SUPABASE_SERVICE_ROLE_KEY');
	if (!supabaseUrl || !secretKey)
		throw new Error('SUPABASE_URL or SUPABASE_SECRET_KEYS is missing');
	return { supabaseUrl, secretKey };
}

function parseJson(text: string | undefined): unknown {
	try {
		return JSON.parse(text ?? '');
	} catch {
		return null;
	}
}
