/** Methods whose requests need to know who asks. */
type Identified = 'always' | 'reading' | 'never';

/**
 * Routes that answer without an agent behind the request, and when they need to know who that is. All others
 * require an agent. On routes without identity, cookies cost no call to Supabase.
 */
const OPEN_ROUTES: ReadonlyMap<string, Identified> = new Map([
	// Signing in needs no former session; the page sends away who has one.
	['/login', 'reading'],
	// Its action looks at the cookie itself.
	['/logout', 'never'],
	['/no-access', 'always'],
	['/setup', 'never'],
	['/demo', 'never'],
	['/unsubscribe', 'never'],
	['/healthz', 'never'],
]);

/** Does the server have to find out who makes this request? */
export function identifies(routeId: string | null, method: string): boolean {
	if (routeId === null) return false;
	const identified = OPEN_ROUTES.get(routeId) ?? 'always';
	if (identified === 'reading') return method === 'GET' || method === 'HEAD';
	return identified === 'always';
}

/** Does this route answer before the server knows its Supabase project? */
export const isOpen = (routeId: string | null): boolean =>
	routeId !== null && OPEN_ROUTES.get(routeId) === 'never' && routeId !== '/logout';

/** Does this route want a member of the support team? A route that was forgotten here does. */
export function isAgentOnly(routeId: string | null): boolean {
	return routeId !== null && !OPEN_ROUTES.has(routeId);
}

/** Is this route for the team's admins alone? Pages, their data and their form actions alike. */
export function isAdminOnly(routeId: string | null): boolean {
	return routeId !== null && /^\/\(app\)\/settings(\/|$)/.test(routeId);
}

/**
 * Where to go after signing in: a path of this site, or the inbox.
 * Addresses that browsers would take elsewhere (`//host`, `/\host`, control characters) are not followed.
 */
export function safeNext(next: string | null | undefined, origin: string): string {
	const fallback = '/chats';
	if (!next?.startsWith('/') || /[\\\p{Cc}]/u.test(next)) return fallback;
	if (!URL.canParse(next, origin)) return fallback;
	const url = new URL(next, origin);
	if (url.origin !== origin || url.pathname.startsWith('//')) return fallback;
	if (!isAgentPath(url.pathname)) return fallback;
	return url.pathname + url.search;
}

function isAgentPath(pathname: string): boolean {
	return !OPEN_ROUTES.has(`/${pathname.split('/')[1] ?? ''}`);
}
