/** The server that sends emails, and its credentials. */
export interface SmtpServer {
	host: string;
	port: number;
	/** Uses TLS from the start. Otherwise the connection uses STARTTLS if the server offers it. */
	secure: boolean;
	/** Sends nothing, above all no password, before the connection is secure. */
	requireTLS: boolean;
	auth?: { user: string; pass: string };
}

/**
 * Reads the secret SMTP_URL: `smtps://user:password@host:465` or `smtp://user:password@host:2525`. Characters of user
 * and password that are not letters or digits are percent-encoded. Null if it is not such an address. A password is
 * sent to other machines over a secure connection only.
 */
export function readSmtpUrl(text: string): SmtpServer | null {
	try {
		const url = new URL(text.trim());
		const secure = url.protocol === 'smtps:';
		if (!secure && url.protocol !== 'smtp:') return null;
		// An unencoded / ? or # in a password would be parsed as one of these.
		if (url.hostname === '' || !/^\/?$/.test(url.pathname) || url.search || url.hash) return null;
		const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
		const user = decodeURIComponent(url.username);
		return {
			host,
			port: Number(url.port) || (secure ? 465 : 587),
			secure,
			requireTLS: !secure && user !== '' && !isThisMachine(host),
			...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
		};
	} catch {
		return null;
	}
}

function isThisMachine(host: string): boolean {
	return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
