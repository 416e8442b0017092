import { ServerClock } from './clock';
import type { ChatEnvironment } from './environment';
import { browserEnvironment } from './environment';
import { chatError, errorOfAnswer, type ChatError, type Result } from './errors';
import * as guards from './guards';
import { CATCH_UP_PAGE_SIZE, PAGE_SIZE, TIMING } from './limits';
import { Tokens, type AccessTokenSource } from './tokens';
import type {
	AdminSupportChat,
	SupportChat,
	SupportChatListItem,
	SupportInboxCounts,
	SupportMessage,
	SupportReadReceipt,
	SupportUnread,
} from './types';

export type { AccessTokenSource } from './tokens';

export interface ChatApiOptions {
	url: string;
	publishableKey: string;
	accessToken: AccessTokenSource;
	environment?: ChatEnvironment;
	/** Takes the place of the environment's. */
	fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface CallOptions {
	/** Refuse with `user_changed`, unsent, unless this user is the one signed in. */
	as?: string | undefined;
}

/** The last row of the page before: where the next one begins. */
export interface InboxCursor {
	last_message_at: string | null;
	id: string;
}

/** The functions of the database, typed. No call rejects: each answers `{ data }` or `{ error }`. */
export interface ChatApi {
	readonly tokens: Tokens;
	readonly clock: ServerClock;
	/** Any function, by name; `guard` parses its answer. */
	rpc<T>(
		name: string,
		args: Record<string, unknown>,
		guard: guards.Guard<T>,
		options?: CallOptions,
	): Promise<Result<T>>;
	getOrCreateChat(options?: CallOptions): Promise<Result<SupportChat>>;
	/** `row` is null when the caller has no chat yet. */
	getUnread(options?: CallOptions): Promise<Result<{ row: SupportUnread | null }>>;
	sendMessage(
		message: { id: string; chatId: string; content: string },
		options?: CallOptions,
	): Promise<Result<SupportMessage>>;
	/** `after`: the next ones after that seq. `before`: the newest ones before it. Oldest first, always. */
	listMessages(
		chatId: string,
		range: { after: number } | { before: number },
		options?: CallOptions,
	): Promise<Result<SupportMessage[]>>;
	markRead(upToSeq: number, options?: CallOptions): Promise<Result<SupportReadReceipt>>;
	listChats(query: {
		archived: boolean;
		search?: string;
		before?: InboxCursor | null;
		limit?: number;
	}): Promise<Result<SupportChatListItem[]>>;
	getChat(chatId: string, options?: CallOptions): Promise<Result<AdminSupportChat>>;
	markViewed(chatId: string): Promise<Result<SupportChatListItem>>;
	setArchived(chatId: string, archived: boolean): Promise<Result<SupportChatListItem>>;
	getCounts(): Promise<Result<SupportInboxCounts>>;
	/** Aborts what is under way; later calls answer `network`. */
	close(): void;
}

export function createChatApi(options: ChatApiOptions): ChatApi {
	const environment = options.environment ?? browserEnvironment();
	const clock = new ServerClock(() => environment.now());
	const tokens = new Tokens(options.accessToken, clock);
	const caller = new Caller(options, environment, clock, tokens);
	const rpc: ChatApi['rpc'] = (name, args, guard, callOptions) =>
		caller.call(name, args, guard, callOptions);
	const listItem = guards.rowOf(guards.parseListItem);
	return {
		tokens,
		clock,
		rpc,
		getOrCreateChat: (o) =>
			rpc('get_or_create_support_chat', {}, guards.rowOf(guards.parseChat), o),
		getUnread: (o) => rpc('get_support_unread', {}, guards.optionalRowOf(guards.parseUnread), o),
		sendMessage: ({ id, chatId, content }, o) => {
			const args = { p_id: id, p_chat_id: chatId, p_content: content };
			return rpc('send_support_message', args, guards.rowOf(guards.parseMessage), o);
		},
		listMessages: (chatId, range, o) => {
			const page =
				'after' in range
					? { p_after_seq: range.after, p_limit: CATCH_UP_PAGE_SIZE }
					: { p_before_seq: range.before, p_limit: PAGE_SIZE };
			const args = { p_chat_id: chatId, ...page };
			return rpc('list_support_messages', args, guards.parseMessages, o);
		},
		markRead: (upToSeq, o) => {
			const args = { p_up_to_seq: upToSeq };
			return rpc('mark_support_chat_read', args, guards.rowOf(guards.parseReceipt), o);
		},
		listChats: ({ archived, search, before, limit }) => {
			const page = { p_before: before ?? null, p_limit: limit ?? PAGE_SIZE };
			const args = { p_archived: archived, p_search: search || null, ...page };
			return rpc('list_support_chats', args, guards.parseListItems);
		},
		getChat: (chatId, o) =>
			rpc('get_support_chat', { p_chat_id: chatId }, guards.rowOf(guards.parseAdminChat), o),
		markViewed: (chatId) => rpc('mark_support_chat_viewed', { p_chat_id: chatId }, listItem),
		setArchived: (chatId, archived) =>
			rpc(`${archived ? '' : 'un'}archive_support_chat`, { p_chat_id: chatId }, listItem),
		getCounts: () => rpc('get_support_inbox_counts', {}, guards.rowOf(guards.parseCounts)),
		close: () => caller.close(),
	};
}

const TIMED_OUT = 'no answer in time';

/** One HTTP call, with everything that can go wrong with it. */
class Caller {
	readonly #closed = new AbortController();

	constructor(
		private readonly options: ChatApiOptions,
		private readonly environment: ChatEnvironment,
		private readonly clock: ServerClock,
		private readonly tokens: Tokens,
	) {}

	close(): void {
		this.#closed.abort();
	}

	#send(url: string, init: RequestInit): Promise<Response> {
		return this.options.fetch ? this.options.fetch(url, init) : this.environment.fetch(url, init);
	}

	async call<T>(
		name: string,
		args: Record<string, unknown>,
		guard: guards.Guard<T>,
		{ as }: CallOptions = {},
	): Promise<Result<T>> {
		// A token that dies on the way would cost a round trip.
		let session = await this.tokens.fresh(5_000);
		for (let attempt = 1; ; attempt++) {
			if (session.error) return session;
			if (!session.data) return fail(chatError('signed_out'));
			if (as !== undefined && session.data.userId !== as) return fail(chatError('user_changed'));
			const { token } = session.data;
			const result = await this.#request(name, args, guard, token);
			if (result.error?.status !== 401 || attempt > 1) return result;
			session = await this.tokens.renew(token);
			// The same token again would be refused again.
			if (session.data?.token === token) return result;
		}
	}

	async #request<T>(
		name: string,
		args: Record<string, unknown>,
		guard: guards.Guard<T>,
		token: string,
	): Promise<Result<T>> {
		const abort = new AbortController();
		const cancelTimer = this.environment.after(TIMING.requestTimeout, () => abort.abort(TIMED_OUT));
		const onClose = (): void => abort.abort();
		this.#closed.signal.addEventListener('abort', onClose);
		if (this.#closed.signal.aborted) abort.abort();
		const sentAt = this.environment.now();
		try {
			const answer = await this.#send(
				`${this.options.url.replace(/\/+$/, '')}/rest/v1/rpc/${name}`,
				{
					method: 'POST',
					headers: {
						apikey: this.options.publishableKey,
						authorization: `Bearer ${token}`,
						'content-type': 'application/json',
					},
					body: JSON.stringify(args),
					signal: abort.signal,
					// No ambient credentials, and no cached answers.
					credentials: 'omit',
					cache: 'no-store',
				},
			);
			const body = parseJson(await answer.text());
			// A captive portal's clock is nobody's.
			if (body !== undefined) this.clock.observe(answer.headers.get('date'), sentAt);
			if (!answer.ok) return fail(errorOfAnswer(answer.status, body, retryAfter(answer)));
			const data = body === undefined ? null : guard(body);
			if (data === null) return fail(chatError('unexpected_answer', answer.status));
			return { data, error: null };
		} catch (cause) {
			return fail(
				chatError(abort.signal.reason === TIMED_OUT ? 'timeout' : 'network', 0, String(cause)),
			);
		} finally {
			cancelTimer();
			this.#closed.signal.removeEventListener('abort', onClose);
		}
	}
}

const fail = (error: ChatError): { data: null; error: ChatError } => ({ data: null, error });

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined; // HTML of a proxy or a captive portal, or nothing
	}
}

function retryAfter(answer: Response): number | undefined {
	const seconds = Number(answer.headers.get('retry-after') ?? NaN);
	return seconds > 0 ? Math.min(seconds, 300) * 1000 : undefined;
}
