/** Where an API is, and its keys. */
export interface Target {
	apiUrl: string;
	publishableKey: string;
	secretKey: string;
	jwtSecret: string;
}

/** An answer as it came, whatever it is. */
export interface Answer {
	status: number;
	text: string;
	headers: Headers;
}

export interface Question {
	method?: string;
	headers?: Record<string, string>;
	body?: string | Uint8Array | undefined;
	/** Gives up after so many milliseconds. */
	patienceMs?: number;
}

/** An answer takes at most this long. A request that hangs is a breach of its own: it throws. */
const PATIENCE_MS = 30_000;

/** Sends a request. Redirects are answers, not followed. A connection that breaks counts as status 0. */
export async function send(url: string, question: Question = {}): Promise<Answer> {
	const { method = 'GET', headers = {}, body, patienceMs = PATIENCE_MS } = question;
	try {
		const response = await fetch(url, {
			method,
			headers,
			redirect: 'manual',
			signal: AbortSignal.timeout(patienceMs),
			...(body === undefined
				? {}
				: { body: typeof body === 'string' ? body : new Uint8Array(body) }),
		});
		return {
			status: response.status,
			text: await response.text(),
			headers: response.headers,
		};
	} catch (error) {
		return { status: 0, text: `no answer: ${String(error)}`, headers: new Headers() };
	}
}
