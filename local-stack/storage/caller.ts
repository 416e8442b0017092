import { type IncomingHttpHeaders } from 'node:http';
import { type ProjectKeys, roleOfKey } from '../stack/project-keys';
import { type JsonObject } from '../realtime/wire/json';
import { type TokenFault, verifyToken } from '../realtime/jwt';
import { errors } from './http/storage-error';

export interface StorageCaller {
	role: string;
	claims: JsonObject;
	/** The user's id, for `owner_id`; undefined for an API key. */
	owner: string | undefined;
	/** False if there is no valid token: then only public objects may be read. */
	authenticated: boolean;
}

const WORDS: Record<TokenFault, string> = {
	malformed: 'Invalid Compact JWS',
	signer: '"alg" (Algorithm) Header Parameter value not allowed',
	signature: 'signature verification failed',
	expired: '"exp" claim timestamp check failed',
	'missing-claims': 'Invalid Compact JWS',
};

const signedOut: StorageCaller = {
	role: 'anon',
	claims: { role: 'anon' },
	owner: undefined,
	authenticated: false,
};

/**
 * The caller of a request. Unlike REST, the service requires no API key, because `<img>` opens public and signed
 * addresses. An opaque key is replaced by its JWT, as in the hosted gateway.
 * @param strict whether a missing or invalid token is refused
 */
export function identifyStorageCaller(
	headers: IncomingHttpHeaders,
	keys: ProjectKeys,
	strict: boolean,
): StorageCaller {
	const bearer = headers.authorization?.replace(/^Bearer\s+/i, '').trim();
	const apikey = headers.apikey;
	const token = bearer || (typeof apikey === 'string' ? apikey : undefined);
	if (!token) {
		if (strict) throw errors.validation("headers must have required property 'authorization'");
		return signedOut;
	}
	const keyRole = roleOfKey(token, keys);
	if (keyRole)
		return { role: keyRole, claims: { role: keyRole }, owner: undefined, authenticated: true };
	const { claims, ...failed } = verifyToken(token, keys.jwtSecret);
	if (claims) {
		const owner = typeof claims.sub === 'string' ? claims.sub : undefined;
		return { role: claims.role, claims, owner, authenticated: true };
	}
	if (strict) throw errors.denied(WORDS[failed.fault ?? 'malformed']);
	return signedOut;
}
