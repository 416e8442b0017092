/** Where an API is, and its keys. */
export interface Target {
	apiUrl: string;
	publishableKey: string;
	secretKey: string;
	jwtSecret: string;
}

/** The raw answer. */
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

/** The time limit for an answer. A request that hangs is a breach of its own: it throws. */
const PATIENCE_MS = 30_000;

/** A server may refuse a body of this size before reading it; the connection then ends during the upload. */
const LARGE_BODY = 100_000;

/**
 * Sends a request. Redirects are answers and are not followed. If a kept-alive connection ends at that moment,
 * the request is made once more. A second failure, or no answer in time, is status 0.
 */
export async function send(url: string, question: Question = {}): Promise<Answer> {
	const answer = await sendOnce(url, question);
	if (answer.status !== 0 || answer.text.includes('TimeoutError')) return answer;
	const again = await sendOnce(url, question);
	if (again.status !== 0 || (question.body?.length ?? 0) < LARGE_BODY) return again;
	const { status } = await sendOnce(url, { method: 'OPTIONS' });
	const isAlive = status > 0 && status < 500;
	return isAlive ? { ...again, status: 413, text: 'cut off while the body was sent' } : again;
}

async function sendOnce(url: string, question: Question): Promise<Answer> {
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
