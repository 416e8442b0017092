import { z } from 'zod';
import { signToken } from '../stack/project-keys';
import { verifyToken } from '../realtime/jwt';

const user = z.looseObject({
	phone: z.string().nullish(),
	app_metadata: z.record(z.string(), z.unknown()),
	user_metadata: z.record(z.string(), z.unknown()),
	is_anonymous: z.boolean().nullish(),
});
const session = z.looseObject({ access_token: z.string(), user });

/**
 * lite's access tokens lack claims that hosted ones have, and that policies and clients read. If a response has a
 * session, its token is signed again with these claims.
 */
export async function completeSession(
	response: Response,
	issuer: string,
	jwtSecret: string,
): Promise<Response> {
	if (!response.ok || !response.headers.get('content-type')?.includes('json')) return response;
	const found = session.safeParse(await response.clone().json());
	if (!found.success) return response;
	const { claims } = verifyToken(found.data.access_token, jwtSecret);
	if (!claims) return response;

	const { user: holder } = found.data;
	const complete = {
		iss: issuer,
		...claims,
		phone: holder.phone ?? '',
		app_metadata: holder.app_metadata,
		user_metadata: holder.user_metadata,
		aal: 'aal1',
		amr: [{ method: 'password', timestamp: claims['iat'] }],
		is_anonymous: holder.is_anonymous ?? false,
	};
	const headers = new Headers(response.headers);
	headers.delete('content-length');
	const body = { ...found.data, access_token: signToken(complete, jwtSecret) };
	return new Response(JSON.stringify(body), { status: response.status, headers });
}
