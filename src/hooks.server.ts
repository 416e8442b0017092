import {
	error,
	redirect,
	type Handle,
	type HandleServerError,
	type RequestEvent,
} from '@sveltejs/kit';
import { env } from '$env/dynamic/private';
import { identifies, isAdminOnly, isOpen, isAgentOnly } from '$lib/server/access';
import { readConfig } from '$lib/server/config';
import { RequestLocals } from '$lib/server/locals';
import { logFault } from '$lib/server/log';
import { setSecurityHeaders } from '$lib/server/http/security-headers';
import { readAgent } from '$lib/server/team';
import { strings } from '$lib/dashboard/strings/dashboard';

/**
 * Every request passes here, so this is where the team's pages are guarded: layouts run beside their pages
 * and protect neither them nor form actions.
 */
export const handle: Handle = async ({ event, resolve }) => {
	const { config } = readConfig(env);
	event.locals = new RequestLocals(event, config);
	const routeId = event.route.id;
	if (config) {
		if (identifies(routeId, event.request.method)) await identify(event);
		if (isAgentOnly(routeId)) turnAwayStrangers(event);
		if (isAdminOnly(routeId)) turnAwayAgents(event);
	} else if (routeId !== null && !isOpen(routeId)) {
		redirect(303, '/setup');
	}
	let response = await resolve(event);
	if (event.locals.unreachable && response.ok && !event.isDataRequest)
		response = new Response(response.body, { status: 503, headers: response.headers });
	setSecurityHeaders(response.headers, {
		supabaseUrl: config?.supabaseUrl,
		isHttps: event.url.protocol === 'https:',
	});
	return response;
};

async function identify({ locals, route }: RequestEvent): Promise<void> {
	try {
		locals.user = await locals.session.identify();
		if (locals.user) locals.agent = await readAgent(locals.supabase, locals.user.id);
	} catch (cause) {
		logFault('Could not find out who is asking', cause);
		// The page to sign in says so itself.
		if (route.id === '/login') locals.unreachable = true;
		else error(503, { message: strings.error.unreachable });
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
	// The client's mistake, not a fault here.
	if (status < 500) return { message: strings.error.badRequest };
	logFault(`${event.request.method} ${event.url.pathname}`, cause);
	return { message: strings.error.unexpected };
};
