import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ResendError, sendRequest, type Mail } from './types';

const KEEP_KEYS_MS = 24 * 60 * 60 * 1000;
const KEEP_MAILS = 1000;

interface KnownKey {
	bodyHash: string;
	at: number;
	response: unknown;
}

/** Accepts emails as Resend does, with idempotency keys. Everything is in memory. */
export class Mailbox {
	/** Newest first. */
	mails: Mail[] = [];
	readonly #keys = new Map<string, KnownKey>();
	readonly #now: () => number;

	constructor(now: () => number = Date.now) {
		this.#now = now;
	}

	/**
	 * Accepts the email or emails of one request and returns the response's body. For a key of the last 24 hours it
	 * accepts nothing: the same body gets the first response again, another body gets 409.
	 */
	accept(path: string, body: string, idempotencyKey: string | null): unknown {
		if (idempotencyKey !== null && (idempotencyKey === '' || idempotencyKey.length > 256))
			throw new ResendError(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.');
		const bodyHash = createHash('sha256').update(body).digest('hex');
		const known = idempotencyKey === null ? undefined : this.#known(`${path} ${idempotencyKey}`);
		if (known) {
			if (known.bodyHash === bodyHash) return known.response;
			throw new ResendError(
				409,
				'invalid_idempotent_request',
				'Same idempotency key used with a different request payload.',
			);
		}
		const response =
			path === '/emails/batch'
				? this.#takeBatch(body, idempotencyKey)
				: this.#take(parseJson(body), idempotencyKey);
		if (idempotencyKey !== null)
			this.#keys.set(`${path} ${idempotencyKey}`, { bodyHash, at: this.#now(), response });
		return response;
	}

	clear(): void {
		this.mails = [];
		this.#keys.clear();
	}

	#known(key: string): KnownKey | undefined {
		const known = this.#keys.get(key);
		if (known && this.#now() - known.at >= KEEP_KEYS_MS) {
			this.#keys.delete(key);
			return undefined;
		}
		return known;
	}

	#takeBatch(body: string, idempotencyKey: string | null): { data: { id: string }[] } {
		const list = z.array(z.unknown()).min(1).max(100).safeParse(parseJson(body));
		if (!list.success)
			throw new ResendError(422, 'validation_error', 'A batch is a list of 1 to 100 emails.');
		const checked = list.data.map(check);
		return { data: checked.map((mail) => this.#store(mail, idempotencyKey)) };
	}

	#take(json: unknown, idempotencyKey: string | null): { id: string } {
		return this.#store(check(json), idempotencyKey);
	}

	#store(request: z.infer<typeof sendRequest>, idempotencyKey: string | null): { id: string } {
		const headers = request.headers ?? {};
		const listUnsubscribe = Object.entries(headers).find(
			([name]) => name.toLowerCase() === 'list-unsubscribe',
		);
		const mail: Mail = {
			id: randomUUID(),
			created_at: new Date(this.#now()).toISOString(),
			from: request.from,
			to: request.to,
			reply_to: request.reply_to ?? [],
			subject: request.subject,
			html: request.html ?? null,
			text: request.text ?? null,
			headers,
			unsubscribe_url: /<(https?:[^>]+)>/.exec(listUnsubscribe?.[1] ?? '')?.[1] ?? null,
			idempotency_key: idempotencyKey,
		};
		this.mails = [mail, ...this.mails].slice(0, KEEP_MAILS);
		return { id: mail.id };
	}
}

function parseJson(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		throw new ResendError(400, 'validation_error', 'The body is not JSON.');
	}
}

function check(json: unknown): z.infer<typeof sendRequest> {
	const parsed = sendRequest.safeParse(json);
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0];
	const field = issue?.path.join('.') ?? '';
	if (field === 'from') throw new ResendError(422, 'invalid_from_address', 'Invalid `from` field.');
	throw new ResendError(
		422,
		'validation_error',
		`Invalid \`${field}\` field: ${issue?.message ?? ''}`,
	);
}
