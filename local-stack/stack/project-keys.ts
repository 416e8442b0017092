import { createHmac } from 'node:crypto';

/** The keys of the CLI's own local stack. They are public: use them on your own machine only. */
export const LOCAL_JWT_SECRET = 'super-secret-jwt-token-with-at-least-32-characters-long';

const TEN_YEARS_S = 10 * 365 * 24 * 60 * 60;

export type KeyRole = 'anon' | 'service_role';

/** A project's API keys: the two opaque ones, and the JWTs that replace them behind the gateway. */
export interface ProjectKeys {
	publishableKey: string;
	secretKey: string;
	jwtSecret: string;
	anonJwt: string;
	serviceRoleJwt: string;
}

/** The same at every start, so that pages and `.env` files with them keep working. */
export function localProjectKeys(): ProjectKeys {
	return {
		publishableKey: 'sb_publishable_local-development-only_00000000',
		secretKey: 'sb_secret_local-development-only_00000000',
		jwtSecret: LOCAL_JWT_SECRET,
		anonJwt: signKeyToken('anon'),
		serviceRoleJwt: signKeyToken('service_role'),
	};
}

/** The role of a key, for opaque keys and the two key JWTs; undefined for anything else. */
export function roleOfKey(key: string, keys: ProjectKeys): KeyRole | undefined {
	if (key === keys.publishableKey || key === keys.anonJwt) return 'anon';
	if (key === keys.secretKey || key === keys.serviceRoleJwt) return 'service_role';
	return undefined;
}

/** Signs a JWT with HMAC-SHA256. */
export function signToken(claims: object, secret: string): string {
	const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
	const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
	return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

function signKeyToken(role: KeyRole): string {
	const iat = Date.UTC(2026, 0, 1) / 1000; // Fixed, so that the token is the same each time.
	return signToken({ iss: 'supabase-local', role, iat, exp: iat + TEN_YEARS_S }, LOCAL_JWT_SECRET);
}
