/** Routes that answer without a member of the support team behind the request. All others want one. */
const OPEN_ROUTES = new Set([
	'/login',
	'/logout',
	'/no-access',
	'/setup',
	'/demo',
	'/unsubscribe',
	'/healthz',
]);

/** Does this route want a member of the support team? A route that was forgotten here does. */
export function isStaffOnly(routeId: string | null): boolean {
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
	if (!isStaffPath(url.pathname)) return fallback;
	return url.pathname + url.search;
}

function isStaffPath(pathname: string): boolean {
	return !OPEN_ROUTES.has(`/${pathname.split('/')[1] ?? ''}`);
}
