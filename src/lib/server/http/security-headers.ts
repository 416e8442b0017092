import { answerHeaders } from '../../../../scripts/server-entry/answer-headers.js';

/** Addresses that a browser may connect to besides this server: the project's API, over HTTP and WebSocket. */
export function connectSources(supabaseUrl: string | undefined): string {
	if (!supabaseUrl) return "'self'";
	const { origin } = new URL(supabaseUrl);
	return `'self' ${origin} ${origin.replace(/^http/, 'ws')}`;
}

/** Where images may come from: this server, and the project's Storage. */
export const imageSources = (supabaseUrl: string | undefined): string =>
	`'self' data:${supabaseUrl ? ` ${new URL(supabaseUrl).origin}` : ''}`;

/**
 * Puts the security headers on an answer. No cache may keep it: nearly all hold data of a person, or depend on who asks.
 * The Content-Security-Policy with its nonce comes from SvelteKit; the two parts that differ between deployments are
 * added here. The built server puts the same ones on answers that do not pass here (scripts/server-entry/).
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
