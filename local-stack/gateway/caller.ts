import { type ProjectKeys, roleOfKey } from '../stack/project-keys';
import { verifyToken } from '../realtime/jwt';
import { jsonResponse, restError } from './responses';

/** The caller of a request: the database role and the claims of its token. */
export interface Caller {
	role: string;
	claims: Record<string, unknown>;
	/** The user's own token; undefined if there is only an API key. */
	token: string | undefined;
}

export type CallerResult = { caller: Caller; refusal?: undefined } | { refusal: Response };

/**
 * Checks the API key as the hosted gateway does, and the bearer token as PostgREST does. PostgREST allows 30 seconds
 * after `exp`; this check allows none, so that no code relies on them.
 */
export function identifyCaller(request: Request, keys: ProjectKeys): CallerResult {
	const keyed = checkApiKey(request, keys);
	if (keyed.refusal) return keyed;
	const token = bearerToken(request.headers);
	// supabase-js also sends its key as bearer token while no user is signed in.
	if (!token || token.startsWith('sb_') || roleOfKey(token, keys)) return keyed;
	return callerOfToken(token, keys.jwtSecret);
}

/** There is only the API key. */
export function checkApiKey(request: Request, keys: ProjectKeys): CallerResult {
	const key = request.headers.get('apikey') ?? new URL(request.url).searchParams.get('apikey');
	if (!key)
		return refuse(
			'No API key found in request',
			'No `apikey` request header or url param was found.',
		);
	const role = roleOfKey(key, keys);
	if (!role) return refuse('Invalid API key', 'Double check your Supabase `apikey`.');
	return { caller: { role, claims: { role }, token: undefined } };
}

function callerOfToken(token: string, secret: string): CallerResult {
	const parts = token.split('.').length;
	if (parts !== 3)
		return { refusal: restError(401, 'PGRST301', `Expected 3 parts in JWT; got ${parts}`) };
	const { claims, fault } = verifyToken(token, secret);
	if (claims) return { caller: { role: claims.role, claims, token } };
	if (fault === 'expired') return { refusal: restError(401, 'PGRST303', 'JWT expired') };
	const details = 'None of the keys was able to decode the JWT';
	return { refusal: restError(401, 'PGRST301', 'No suitable key or wrong key type', details) };
}

function bearerToken(headers: Headers): string | undefined {
	return /^Bearer\s+(.*)$/i.exec(headers.get('authorization') ?? '')?.[1]?.trim();
}

function refuse(message: string, hint: string): { refusal: Response } {
	return { refusal: jsonResponse(401, { message, hint }) };
}
