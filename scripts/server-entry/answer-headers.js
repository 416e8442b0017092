/**
 * The policy of responses that are not pages of SvelteKit (those set their own, with a nonce): redirects, data, texts,
 * and the plain error page, which has style attributes.
 */
const PLAIN_POLICY =
	"default-src 'none'; img-src 'self'; style-src-attr 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * The headers of every response: pages, data, redirects, refusals and errors.
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
