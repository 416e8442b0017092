import { type ProjectKeys } from '../stack/project-keys';
import { checkApiKey } from '../gateway/caller';
import { type LiteApps } from '../gateway/lite-apps';
import { completeSession } from './session-claims';

/** Addresses that links in emails and browsers open without an API key. */
const OPEN_PATHS = /^\/auth\/v1\/(verify|callback|authorize|\.well-known\/.*)$/;

/** `/auth/v1`: lite's Auth, with the key check of the hosted gateway and complete access tokens. */
export async function handleAuth(
	request: Request,
	deps: { lite: LiteApps; keys: ProjectKeys; apiUrl: string },
): Promise<Response> {
	const { pathname } = new URL(request.url);
	if (!OPEN_PATHS.test(pathname)) {
		const { refusal } = checkApiKey(request, deps.keys);
		if (refusal) return refusal;
	}
	const response = await deps.lite.auth(request);
	return await completeSession(response, `${deps.apiUrl}/auth/v1`, deps.keys.jwtSecret);
}
