/** What a browser may connect to besides this server: the project's API, over HTTP and WebSocket. */
export function connectSources(supabaseUrl: string | undefined): string {
	if (!supabaseUrl) return "'self'";
	const { origin } = new URL(supabaseUrl);
	return `'self' ${origin} ${origin.replace(/^http/, 'ws')}`;
}

/** Where images may come from: this server, and the project's Storage. */
export const imageSources = (supabaseUrl: string | undefined): string =>
	`'self' data:${supabaseUrl ? ` ${new URL(supabaseUrl).origin}` : ''}`;

/**
 * Puts the security headers on a response. The Content-Security-Policy with its nonce comes from SvelteKit;
 * the two parts that differ between deployments are added here.
 * @param isPrivate the response holds data of a person: no cache may keep it
 */
export function setSecurityHeaders(
	headers: Headers,
	options: { supabaseUrl: string | undefined; isPrivate: boolean; isHttps: boolean },
): void {
	const policy = headers.get('content-security-policy');
	if (policy && !policy.includes('connect-src'))
		headers.set(
			'content-security-policy',
			`${policy}; connect-src ${connectSources(options.supabaseUrl)}; img-src ${imageSources(options.supabaseUrl)}`,
		);
	headers.set('x-frame-options', 'DENY');
	headers.set('x-content-type-options', 'nosniff');
	headers.set('referrer-policy', 'same-origin');
	headers.set('cross-origin-opener-policy', 'same-origin');
	headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()');
	if (options.isHttps) headers.set('strict-transport-security', 'max-age=31536000');
	if (options.isPrivate) headers.set('cache-control', 'private, no-store');
}
