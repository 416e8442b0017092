import {
	error,
	redirect,
	type Handle,
	type HandleServerError,
	type RequestEvent,
} from '@sveltejs/kit';
import { env } from '$env/dynamic/private';
import { isAdminOnly, isStaffOnly } from '$lib/server/access';
import { readConfig } from '$lib/server/config';
import { logFault } from '$lib/server/log';
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
		if (isAdminOnly(routeId)) turnAwayAgents(event);
	} else if (routeId !== null && !ANONYMOUS_ROUTES.has(routeId)) {
		redirect(303, '/setup');
	}
	const response = await resolve(event);
	setSecurityHeaders(response.headers, {
		supabaseUrl: config?.supabaseUrl,
		isPrivate: routeId === null || !ANONYMOUS_ROUTES.has(routeId),
		isHttps: event.url.protocol === 'https:',
	});
	return response;
};

async function identify({ locals }: RequestEvent): Promise<void> {
	try {
		locals.user = await readUser(locals.supabase);
		if (locals.user) locals.agent = await readAgent(locals.supabase, locals.user.id);
	} catch (cause) {
		logFault('Could not find out who is asking', cause);
		error(503, { message: strings.error.unreachable });
	}
}

function turnAwayStrangers(event: RequestEvent): void {
	if (event.locals.agent) return;
	const { user } = event.locals;
	if (event.request.method === 'GET' || event.request.method === 'HEAD') {
		const next = encodeURIComponent(event.url.pathname + event.url.search);
		redirect(303, user ? '/no-access' : `/login?next=${next}`);
	}
	if (user) error(403, { message: strings.noAccess.title, code: 'support_forbidden' });
	error(401, { message: strings.error.signedOut, code: 'support_not_authenticated' });
}

function turnAwayAgents(event: RequestEvent): void {
	if (event.locals.agent?.role === 'admin') return;
	if (event.request.method === 'GET' || event.request.method === 'HEAD')
		redirect(303, '/admins-only');
	error(403, { message: strings.adminsOnly.title, code: 'support_forbidden' });
}

export const handleError: HandleServerError = ({ error: cause, event, status }) => {
	if (status === 404) return { message: strings.error.notFound };
	logFault(`${event.request.method} ${event.url.pathname}`, cause);
	return { message: strings.error.unexpected };
};
