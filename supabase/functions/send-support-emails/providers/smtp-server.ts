/** The server that takes emails, and the credentials. */
export interface SmtpServer {
	host: string;
	port: number;
	/** TLS from the first byte. Without it the connection becomes secure by STARTTLS where the server offers that. */
	secure: boolean;
	/** Nothing is said, above all no password, before the connection is secure. */
	requireTLS: boolean;
	auth?: { user: string; pass: string };
}

/**
 * Reads the secret SMTP_URL: `smtps://user:password@host:465` or `smtp://user:password@host:2525`; what is not a letter or
 * digit in user and password is percent-encoded. Null if it is nothing of the kind.
 * A password leaves this machine over a secure connection only.
 */
export function readSmtpUrl(text: string): SmtpServer | null {
	try {
		const url = new URL(text.trim());
		const secure = url.protocol === 'smtps:';
		if (!secure && url.protocol !== 'smtp:') return null;
		// A password with a bare / ? or # in it ends up in these.
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
