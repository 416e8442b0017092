/** http or https, a host without credentials, perhaps a port; ASCII only, so that every program reads it alike. */
const PLAIN =
	/^https?:\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?)(?::\d{1,5})?(?:[/?#][!-~]*)?$/;

/** Is it an address as the settings keep it? `support_private.is_web_address()` in the database says the same. */
export function isWebAddress(text: string): boolean {
	const host = PLAIN.exec(text)?.[1]?.toLowerCase();
	if (host === undefined || !URL.canParse(text)) return false;
	// A host that a browser writes in another way is a number in disguise, such as 127.1.
	return host.startsWith('[') || new URL(text).hostname === host;
}

/** An address with letters beyond ASCII, as browsers write it: `https://münchen.de` becomes `https://xn--mnchen-3ya.de/`. */
export function toAsciiAddress(text: string): string {
	return /[^!-~]/.test(text) && /^\S*$/.test(text) && URL.canParse(text)
		? new URL(text).href
		: text;
}
