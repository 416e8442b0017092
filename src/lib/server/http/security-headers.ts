import { answerHeaders } from '../../../../scripts/server-entry/answer-headers.js';

/** The addresses to which a browser may connect besides this server: the project's API, over HTTP and WebSocket. */
export function connectSources(supabaseUrl: string | undefined): string {
	if (!supabaseUrl) return "'self'";
	const { origin } = new URL(supabaseUrl);
	return `'self' ${origin} ${origin.replace(/^http/, 'ws')}`;
}

/** The sources of images: this server, and the project's Storage. */
export const imageSources = (supabaseUrl: string | undefined): string =>
	`'self' data:${supabaseUrl ? ` ${new URL(supabaseUrl).origin}` : ''}`;

/**
 * Sets the security headers of a response. No cache may store it, because nearly all responses have personal data or
 * depend on the user. The Content-Security-Policy with its nonce comes from SvelteKit; the two parts that differ
 * between deployments are added here. The built server sets the same headers on responses that do not come through here
 * (scripts/server-entry/).
 */
export function setSecurityHeaders(
	headers: Headers,
	options: { supabaseUrl: string | undefined; isHttps: boolean },
): void {
	const policy = headers.get('content-security-policy');
	for (const [name, value] of Object.entries(answerHeaders(options.isHttps)))
		headers.set(name, value);
	if (!policy) return;
	const added = `connect-src ${connectSources(options.supabaseUrl)}; img-src ${imageSources(options.supabaseUrl)}`;
	headers.set(
		'content-security-policy',
		policy.includes('connect-src') ? policy : `${policy}; ${added}`,
	);
}
