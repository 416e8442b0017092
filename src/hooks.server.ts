import {
	error,
	redirect,
	type Handle,
	type HandleServerError,
	type RequestEvent,
} from '@sveltejs/kit';
import { env } from '$env/dynamic/private';
import { isStaffOnly } from '$lib/server/access';
import { readConfig } from '$lib/server/config';
import { setSecurityHeaders } from '$lib/server/security-headers';
import { createRequestClient, readAgent, readUser } from '$lib/server/session';
import { strings } from '$lib/dashboard/strings';

/** Routes that tell nobody apart, and so cost no look at who is asking. */
const ANONYMOUS_ROUTES = new Set(['/healthz', '/setup', '/demo', '/unsubscribe']);

/**
 * Every request passes here, so this is where the team's pages are guarded: layouts run beside their pages
 * and protect neither them nor form actions.
 */
export const handle: Handle = async ({ event, resolve }) => {
	const { config } = readConfig(env);
	event.locals.config = config;
	event.locals.user = null;
	event.locals.agent = null;
	const routeId = event.route.id;
	if (config) {
		event.locals.supabase = createRequestClient(event, config);
		if (routeId !== null && !ANONYMOUS_ROUTES.has(routeId)) await identify(event);
		if (isStaffOnly(routeId)) turnAwayStrangers(event);
	} else if (routeId !== null && !ANONYMOUS_ROUTES.has(routeId)) {
		redirect(303, '/setup');
	}
	const response = await resolve(event, {
		filterSerializedResponseHeaders: (name) => name === 'content-type',
	});
	setSecurityHeaders(response.headers, {
		supabaseUrl: config?.supabaseUrl,
		isPrivate: event.locals.user !== null || isStaffOnly(routeId),
		isHttps: event.url.protocol === 'https:',
	});
	return response;
};

async function identify(event: RequestEvent): Promise<void> {
	event.locals.user = await readUser(event.locals.supabase);
	if (event.locals.user)
		event.locals.agent = await readAgent(event.locals.supabase, event.locals.user.id);
}

function turnAwayStrangers(event: RequestEvent): void {
	if (event.locals.agent) return;
	const isRead = event.request.method === 'GET' || event.request.method === 'HEAD';
	if (event.locals.user) {
		if (isRead) redirect(303, '/no-access');
		error(403, { message: strings.noAccess.title, code: 'support_forbidden' });
	}
	const next = isRead ? event.url.pathname + event.url.search : '/chats';
	redirect(303, `/login?next=${encodeURIComponent(next)}`);
}

export const handleError: HandleServerError = ({ error: cause, event, status }) => {
	if (status === 404) return { message: strings.error.notFound };
	// Only here, for the people who run the server: what went wrong is never told to a browser.
	console.error(`${event.request.method} ${event.url.pathname}:`, cause);
	return { message: strings.error.unexpected };
};
