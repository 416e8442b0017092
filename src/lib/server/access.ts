/** The methods whose requests need the caller's identity. */
type Identified = 'always' | 'reading' | 'never';

/**
 * Routes that work without an agent, and when they need the caller's identity. All others require an agent. On routes
 * without identity, cookies cause no call to Supabase.
 */
const OPEN_ROUTES: ReadonlyMap<string, Identified> = new Map([
	// Signing in needs no earlier session; the page redirects users who have one.
	['/login', 'reading'],
	// Its action reads the cookie itself.
	['/logout', 'never'],
	['/no-access', 'always'],
	['/setup', 'never'],
	['/demo', 'never'],
	['/unsubscribe', 'never'],
	['/healthz', 'never'],
]);

/** Must the server identify the caller of this request? */
export function identifies(routeId: string | null, method: string): boolean {
	if (routeId === null) return false;
	const identified = OPEN_ROUTES.get(routeId) ?? 'always';
	if (identified === 'reading') return method === 'GET' || method === 'HEAD';
	return identified === 'always';
}

/** Does this route work before the server has a Supabase project? */
export const isOpen = (routeId: string | null): boolean =>
	routeId !== null && OPEN_ROUTES.get(routeId) === 'never' && routeId !== '/logout';

/** Does this route require an agent? Unlisted routes do. */
export function isAgentOnly(routeId: string | null): boolean {
	return routeId !== null && !OPEN_ROUTES.has(routeId);
}

/** Is this route for admins only? This includes its data and form actions. */
export function isAdminOnly(routeId: string | null): boolean {
	return routeId !== null && /^\/\(app\)\/settings(\/|$)/.test(routeId);
}

/**
 * The page after signing in: a path of this site, or the inbox. Addresses that browsers would resolve to another site
 * (`//host`, `/\host`, control characters) are not followed.
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
