import { ServerClock } from './server-clock';
import { browserEnvironment, type ChatEnvironment } from '../environment';
import { chatError, errorOfAnswer, type ChatErrorCode, type Result } from '../errors';
import {
	isAnything,
	isChat,
	isMessage,
	isMessages,
	isReceipt,
	isUnread,
	orNull,
	type Check,
} from './guards';
import { CATCH_UP_PAGE_SIZE, PAGE_SIZE } from '../limits';
import { Tokens, type AccessTokenSource } from '../session/tokens';
import type { SupportChat, SupportMessage, SupportReadReceipt, SupportUnread } from '../types';

export type { AccessTokenSource } from '../session/tokens';

/** A request ends after this, milliseconds. */
const REQUEST_TIMEOUT = 15_000;
/** A token "issued at future", from a server whose clock is a little behind, is valid after this. */
const FUTURE_PAUSE = 1_500;

export interface ChatApiOptions {
	url: string;
	publishableKey: string;
	accessToken: AccessTokenSource;
	environment?: ChatEnvironment;
	/** Takes the place of the environment's. */
	fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const RPC = 'rest/v1/rpc/';
const TIMED_OUT = 'timeout';

const fail = (
	code: ChatErrorCode,
	status = 0,
	detail = '',
): { data: null; error: ReturnType<typeof chatError> } => ({
	data: null,
	error: chatError(code, status, detail),
});

/**
 * The typed database functions that both sides call. No call rejects: each returns `{ data }` or `{ error }`.
 * `as` names the user who must be signed in; for any other user the call fails without a request, as
 * `user_changed`.
 */
export class ChatApi {
	readonly clock: ServerClock;
	readonly tokens: Tokens;
	/** Where the project is, for what is not a function of the database. */
	readonly options: ChatApiOptions;
	readonly #environment: ChatEnvironment;
	/** Running requests. */
	readonly #aborts = new Set<AbortController>();
	#isClosed = false;

	constructor(options: ChatApiOptions) {
		this.options = options;
		this.#environment = options.environment ?? browserEnvironment();
		this.clock = new ServerClock(() => this.#environment.now());
		this.tokens = new Tokens(options.accessToken, this.clock, this.#environment);
	}

	getOrCreateChat(as?: string): Promise<Result<SupportChat>> {
		return this.row('get_or_create_support_chat', {}, isChat, as);
	}

	/** Null when the caller has no chat yet. */
	getUnread(as?: string): Promise<Result<SupportUnread | null>> {
		return this.row('get_support_unread', {}, orNull(isUnread), as);
	}

	/**
	 * The client makes `id`: sending it again returns the row that it made. `attachments` are the ids of uploaded
	 * and checked files.
	 */
	sendMessage(
		id: string,
		chatId: string,
		content: string,
		as?: string,
		attachments?: string[],
	): Promise<Result<SupportMessage>> {
		// Left out where there are none: an older database does not know them.
		const p_attachment_ids = attachments?.length ? attachments : undefined;
		const args = { p_id: id, p_chat_id: chatId, p_content: content, p_attachment_ids };
		return this.row('send_support_message', args, isMessage, as);
	}

	/** `after`: the next ones after that seq. `before`: the newest ones before it. Oldest first, always. */
	listMessages(
		chatId: string,
		range: { after: number } | { before: number },
		as?: string,
	): Promise<Result<SupportMessage[]>> {
		const page =
			'after' in range
				? { p_after_seq: range.after, p_limit: CATCH_UP_PAGE_SIZE }
				: { p_before_seq: range.before, p_limit: PAGE_SIZE };
		return this.rpc('list_support_messages', { p_chat_id: chatId, ...page }, isMessages, as);
	}

	markRead(upToSeq: number, as?: string): Promise<Result<SupportReadReceipt>> {
		return this.row('mark_support_chat_read', { p_up_to_seq: upToSeq }, isReceipt, as);
	}

	/** Says that the caller types in the chat, or stopped. */
	sendTyping(chatId: string, typing: boolean, as: string): Promise<Result<unknown>> {
		const args = { p_chat_id: chatId, p_typing: typing };
		return this.rpc('send_support_typing', args, isAnything, as);
	}

	/** A function that returns one row, which PostgREST gives as an object or as an array of one. */
	row<T>(name: string, args: object, check: Check<T>, as?: string): Promise<Result<T>> {
		const pick = (body: unknown): unknown => (Array.isArray(body) ? body[0] : body);
		return this.post(RPC + name, args, check, as, pick);
	}

	/** Any function; `check` validates its result. */
	rpc<T>(name: string, args: object, check: Check<T>, as?: string): Promise<Result<T>> {
		return this.post(RPC + name, args, check, as);
	}

	/** Any address of the project, such as `functions/v1/…`; `pick` takes the result out of the response's body. */
	async post<T>(
		path: string,
		args: object,
		check: Check<T>,
		as?: string,
		pick = (body: unknown): unknown => body,
	): Promise<Result<T>> {
		// A token that expires on the way would cost a round trip.
		let session = await this.tokens.fresh(5_000);
		for (let isFirst = true; ; isFirst = false) {
			if (session.error) return session;
			if (!session.data) return fail('signed_out');
			if (as !== undefined && session.data.userId !== as) return fail('user_changed');
			const { token } = session.data;
			const { status, body, error } = await this.#request(path, args, token);
			if (!error) {
				this.tokens.accepted(token);
				const data = pick(body);
				return check(data) ? { data, error } : fail('unexpected_answer', status);
			}
			if (status !== 401) return { data: null, error };
			// The session is good; the cause may pass (a key, a clock, a restart).
			if (!isFirst) return fail('server', status, error.detail);
			if (/future/i.test(error.detail)) await this.#pause();
			else {
				session = await this.tokens.renew(token);
				// The same token again would be refused again.
				if (session.data?.token === token) {
					const isDead = this.tokens.expiresWithin(session.data, 0);
					return fail(isDead ? 'signed_out' : 'server', status, error.detail);
				}
			}
		}
	}

	/** Aborts running requests; later calls fail with `network`. */
	close(): void {
		this.#isClosed = true;
		for (const abort of this.#aborts) abort.abort();
	}

	#pause(): Promise<void> {
		const environment = this.#environment;
		const wait = FUTURE_PAUSE * (1 + environment.random());
		return new Promise((resolve) => void environment.after(wait, resolve));
	}

	async #request(path: string, args: object, token: string) {
		const environment = this.#environment;
		const { url, publishableKey, fetch: send = environment.fetch.bind(environment) } = this.options;
		const abort = new AbortController();
		const cancelTimer = environment.after(REQUEST_TIMEOUT, () => abort.abort(TIMED_OUT));
		const { signal } = abort;
		if (this.#isClosed) abort.abort();
		this.#aborts.add(abort);
		const sentAt = environment.now();
		try {
			const answer = await send(`${url.replace(/\/+$/, '')}/${path}`, {
				method: 'POST',
				headers: {
					apikey: publishableKey,
					authorization: `Bearer ${token}`,
					'content-type': 'application/json',
				},
				body: JSON.stringify(args),
				signal,
				// No ambient credentials, and no cached answers.
				credentials: 'omit',
				cache: 'no-store',
			});
			const { ok, status, headers } = answer;
			const body = parseJson(await answer.text());
			// Ignore the Date header of a non-JSON response; it may come from a captive portal.
			if (body !== undefined) this.clock.observe(headers.get('date'), sentAt);
			const retryAfter = Math.min(Number(headers.get('retry-after')) || 0, 300) * 1000;
			return { status, body, error: ok ? null : errorOfAnswer(status, body, retryAfter) };
		} catch (cause) {
			const code = signal.reason === TIMED_OUT ? TIMED_OUT : 'network';
			return { status: 0, body: undefined, error: chatError(code, 0, String(cause)) };
		} finally {
			cancelTimer();
			this.#aborts.delete(abort);
		}
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined; // HTML of a proxy or a captive portal, or nothing
	}
}
