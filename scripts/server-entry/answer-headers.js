/**
 * The policy of answers that are no pages of SvelteKit's (those bring their own, with a nonce): redirects, data, texts,
 * and the plain error page, which has styles in attributes.
 */
const PLAIN_POLICY =
	"default-src 'none'; img-src 'self'; style-src-attr 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * The headers of every answer: of pages, data, redirects, refusals and errors alike.
 * @param {boolean} isHttps whether browsers reach the server over https
 * @returns {Record<string, string>}
 */
export function answerHeaders(isHttps) {
	return {
		'content-security-policy': PLAIN_POLICY,
		'x-frame-options': 'DENY',
		'x-content-type-options': 'nosniff',
		'referrer-policy': 'same-origin',
		'cross-origin-opener-policy': 'same-origin',
		'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
		'cache-control': 'private, no-store',
		...(isHttps ? { 'strict-transport-security': 'max-age=31536000' } : {}),
	};
}
