import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { personFor } from '../../local-stack/testing/acting-as';
import { tokenOf } from '../../local-stack/testing/people';
import { hostPage, type HostPageOptions } from './host-page';

export interface HostServer {
	/** Another origin and another site than the dashboard and Supabase. */
	url: string;
	stop(): Promise<void>;
}

export interface HostServerOptions {
	dashboardUrl: string;
	apiUrl: string;
	publishableKey: string;
	jwtSecret: string;
}

/**
 * The host's web server. `/` is a page with the widget; `?embed=` says how it is embedded, `?strict` adds a
 * Content-Security-Policy with Trusted Types. `/token?user=…&seconds=…` mints a short-lived access token, as a host's
 * own backend would.
 */
export async function startHostServer(options: HostServerOptions): Promise<HostServer> {
	const server = createServer((request, response) => {
		const url = new URL(request.url ?? '/', 'http://host');
		if (url.pathname === '/token') {
			const token = mintToken(url.searchParams, options.jwtSecret);
			response.writeHead(200, { 'content-type': 'text/plain' }).end(token);
			return;
		}
		if (url.pathname !== '/') {
			response.writeHead(404).end();
			return;
		}
		const nonce = url.searchParams.has('strict') ? randomUUID() : undefined;
		response.setHeader('content-type', 'text/html; charset=utf-8');
		if (nonce) response.setHeader('content-security-policy', strictPolicy(options, nonce));
		response.end(hostPage({ ...options, ...(nonce ? { nonce } : {}), embed: embedOf(url) }));
	});
	await new Promise<void>((resolve) => server.listen(0, resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The host has no port.');
	return {
		url: `http://localhost:${address.port}`,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function embedOf(url: URL): HostPageOptions['embed'] {
	const embed = url.searchParams.get('embed');
	return embed === 'twice' || embed === 'accessToken' || embed === 'options' ? embed : 'attributes';
}

/** The policy that docs/widget.md recommends for strict hosts, and no more. */
function strictPolicy({ dashboardUrl, apiUrl }: HostServerOptions, nonce: string): string {
	return [
		"default-src 'none'",
		`img-src data: ${apiUrl}`,
		`script-src 'nonce-${nonce}' ${dashboardUrl}`,
		`style-src 'nonce-${nonce}'`,
		`connect-src ${apiUrl} ${apiUrl.replace('http', 'ws')}`,
		"base-uri 'none'",
		"require-trusted-types-for 'script'",
		'trusted-types svelte-trusted-html support-chat',
	].join('; ');
}

function mintToken(query: URLSearchParams, secret: string): string {
	const user = personFor(query.get('user') ?? '', '');
	const exp = Math.floor(Date.now() / 1000) + Number(query.get('seconds') ?? 3600);
	return tokenOf(user, secret, { exp, session_id: randomUUID() });
}
