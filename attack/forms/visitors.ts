import { storageKey } from '../../e2e/support/session';
import type { Site } from '../../e2e/site/start-site';
import { callerNames, makeCaller, type Caller, type CallerName } from '../people/callers';
import type { Actor, Stage } from '../people/stage';

/** A visitor of the dashboard: a caller with browser cookies. */
export interface Visitor {
	caller: Caller;
	cookie: string;
	/** Whether the caller is an agent without the admin role. */
	isAgent: boolean;
}

/** Callers to refuse: all but agents on agents' pages, all but admins elsewhere. */
const REFUSED: readonly CallerName[] = callerNames.filter(
	(name) => !['other customer', 'admin', 'secret key'].includes(name),
);

/** Callers without the right, each with a real or forged session cookie. */
export function wrongVisitors(stage: Stage, site: Site): Visitor[] {
	return REFUSED.map((name) => {
		const caller = makeCaller(name, stage, site);
		const token = caller.headers['authorization']?.replace('Bearer ', '');
		return {
			caller,
			cookie: token === undefined ? '' : sessionCookie(site, token, stage.admin),
			isAgent: name === 'agent',
		};
	});
}

/**
 * A session cookie around a token, as @supabase/ssr writes it. Its user is always the admin: it proves nothing.
 */
export function sessionCookie(site: Site, token: string, { id, email }: Actor): string {
	const session = {
		access_token: token,
		refresh_token: 'made-up',
		token_type: 'bearer',
		expires_in: 3600,
		expires_at: Math.floor(Date.now() / 1000) + 3600,
		user: { id, email, role: 'authenticated', app_metadata: { role: 'admin' } },
	};
	const encoded = Buffer.from(JSON.stringify(session)).toString('base64url');
	return `${storageKey(site)}=base64-${encoded}`;
}
