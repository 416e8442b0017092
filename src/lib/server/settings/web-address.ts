/** http or https, a host without credentials, perhaps a port; ASCII only, so that every program parses it alike. */
const PLAIN =
	/^https?:\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::\d{1,5})?(?:[/?#][!-~]*)?$/;
/** A label that begins as punycode and contains none. Parsers of URLs differ on it: Node 24 accepts it, Node 20 does not. */
const EMPTY_PUNYCODE = /(^|\.)xn--([^.]*-)?(\.|$)/;

/** Is it a valid address for the settings? `support_private.is_web_address()` in the database has the same rules. */
export function isWebAddress(text: string): boolean {
	const host = PLAIN.exec(text)?.[1]?.toLowerCase();
	if (host === undefined || EMPTY_PUNYCODE.test(host) || !URL.canParse(text)) return false;
	// A host that a browser rewrites is a number in another notation, such as 127.1.
	return host.startsWith('[') || new URL(text).hostname === host;
}

/**
 * An address with other letters than ASCII, as browsers write it: `https://münchen.de` becomes
 * `https://xn--mnchen-3ya.de/`.
 */
export function toAsciiAddress(text: string): string {
	return /[^!-~]/.test(text) && /^\S*$/.test(text) && URL.canParse(text)
		? new URL(text).href
		: text;
}
