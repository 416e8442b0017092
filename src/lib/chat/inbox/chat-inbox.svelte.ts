import type { AgentClient } from '../client';
import type { ChatError, Result } from '../errors';
import { InboxList } from './inbox-list';
import { InboxMessageDetector, type OnInboxMessage } from './inbox-message-detector';
import { belongsTo } from './inbox-view';
import { Live } from '../sync/live';
import { SessionWatch } from '../session/session-watch';
import { isAdminNotification, type InboxCursor } from '../api/agent-api';
import { isJoined } from '../realtime/topic';
import type { ConnectionState, InboxView, SupportChatListItem, SupportInboxCounts } from '../types';
import * as TIMING from '../realtime/timing';

export type { InboxMessage } from './inbox-message-detector';

/** A search waits this long for more letters. */
const SEARCH_PAUSE = 250;

/** A row that arrived, whether the view shows it or not; null after a load that may have missed some. */
export type InboxWatcher = (row: SupportChatListItem | null) => void;

export interface InboxOptions {
	view: InboxView;
	search?: string;
	/** State from server rendering. */
	initial?: { chats: SupportChatListItem[]; counts: SupportInboxCounts };
	/** Each new customer message exactly once across all tabs; return false if this tab cannot play the sound. */
	onNewMessage?: OnInboxMessage;
}

/** The team's list of chats, newest first, live. Call `start()` in the browser and `stop()` at the end. */
export class ChatInbox {
	view: InboxView = $state('active');
	search = $state('');
	chats: SupportChatListItem[] = $state.raw([]);
	/** `unread`: active chats with messages that no agent has seen. */
	counts: SupportInboxCounts = $state.raw({ active: 0, archived: 0, unread: 0 });
	loading = $state(false);
	loaded = $state(false);
	/** Why the list is not up to date. Temporary errors are retried automatically; `reload()` tries now. */
	loadError: ChatError | null = $state.raw(null);
	hasMore = $state(false);
	loadingMore = $state(false);
	connection: ConnectionState = $state('idle');
	signedOut = $state(false);
	readonly #client: AgentClient;
	readonly #options: InboxOptions;
	readonly #list = new InboxList();
	readonly #session: SessionWatch;
	/** Null while signed out. */
	#live: Live | null = null;
	#newMessages: InboxMessageDetector | null = null;
	#userId = '';
	#watchers: InboxWatcher[] = [];
	#unlisten = (): void => {};
	/** The view and search of a response. */
	#generation = 0;
	#cancelSearch = (): void => {};
	#cancelCounts: (() => void) | null = null;

	constructor(client: AgentClient, options: InboxOptions) {
		this.#client = client;
		this.#options = options;
		this.search = options.search ?? '';
		this.setView(options.view, options.initial);
		this.#session = new SessionWatch(
			client.environment,
			client.api.tokens,
			(userId) => this.#signedIn(userId),
			() => this.#signedOut(),
		);
	}

	start(): void {
		this.#unlisten = this.#client.environment.on('wake', () => void this.reload());
		this.#session.start();
	}

	stop(): void {
		this.#unlisten();
		this.#cancelSearch();
		this.#cancelCounts?.();
		this.#session.stop();
		this.#live?.stop();
		this.#live = null;
	}

	/** Calls `watcher` with every row that arrives, and with null when rows may have been missed; returns the function that ends it. */
	watch(watcher: InboxWatcher): () => void {
		this.#watchers = [...this.#watchers, watcher];
		return () => (this.#watchers = this.#watchers.filter((one) => one !== watcher));
	}

	/** Shows another view; with `initial` (from a page load) without a request. */
	setView(view: InboxView, initial?: InboxOptions['initial']): void {
		const isOther = view !== this.view;
		this.view = view;
		this.#generation++;
		if (isOther) this.#list.clear();
		if (initial) {
			this.#list.replace(initial.chats);
			this.counts = initial.counts;
		}
		this.loaded = initial !== undefined || (this.loaded && !isOther);
		this.#show();
		if (!initial) void this.reload();
	}

	/** Searches people and messages, after a short pause in typing. */
	setSearch(search: string): void {
		this.search = search;
		this.#generation++;
		this.loading = true;
		this.#cancelSearch();
		this.#cancelSearch = this.#client.environment.after(SEARCH_PAUSE, () => {
			this.#list.clear();
			void this.reload();
		});
	}

	/** The next page below. */
	async loadMore(): Promise<void> {
		if (this.loadingMore || !this.hasMore) return;
		this.loadingMore = true;
		const generation = this.#generation;
		const { data, error } = await this.#page(this.#list.cursor);
		this.loadingMore = false;
		if (generation !== this.#generation) return;
		if (error) return this.#session.failed(error);
		this.#list.mergeNext(data);
		this.#show();
	}

	async reload(): Promise<void> {
		await this.#live?.request();
	}

	/** Archives or restores: the row disappears at once, and comes back after an error. Resolves to the error, or null. */
	async setArchived(id: string, archived: boolean): Promise<ChatError | null> {
		const before = this.#list.get(id);
		this.#list.remove(id);
		this.#show();
		const { data, error } = await this.#client.agent.setArchived(id, archived);
		if (data) this.apply(data);
		else if (before) this.apply(before);
		if (error) void this.#session.failed(error);
		return error;
	}

	/** A row that is known to be newer: from a broadcast, a form action … */
	apply(chat: SupportChatListItem): void {
		const belongs = belongsTo(this.view, chat, this.#userId);
		const isNew = this.#list.get(chat.id) === undefined;
		if (!belongs) this.#list.remove(chat.id);
		// Only the server can search; an old copy means that something was missed.
		else if (isNew && this.search.trim() !== '') void this.reload();
		else if (!this.#list.apply(chat)) void this.reload();
		this.#show();
		this.#countSoon();
		for (const watcher of this.#watchers) watcher(chat);
	}

	#show(): void {
		this.chats = this.#list.rows;
		this.hasMore = this.#list.hasMore;
	}

	#page(before: InboxCursor | null): Promise<Result<SupportChatListItem[]>> {
		if (!before) this.#list.beginFirstPage();
		return this.#client.agent.listChats({ view: this.view, search: this.search.trim(), before });
	}

	async #refresh(): Promise<ChatError | null> {
		const generation = this.#generation;
		this.loading = !this.loaded;
		const [page, counts] = await Promise.all([this.#page(null), this.#client.agent.getCounts()]);
		if (counts.data) this.counts = counts.data;
		// Another view or search was requested in the meantime; it runs next.
		if (generation !== this.#generation) return null;
		this.loading = false;
		this.loadError = page.error;
		this.#live?.apply();
		if (page.error) {
			void this.#session.failed(page.error);
			return page.error;
		}
		this.loaded = true;
		this.#list.mergeFirst(page.data);
		if (this.search.trim() === '') this.#newMessages?.handleRows(page.data);
		this.#show();
		for (const watcher of this.#watchers) watcher(null);
		return null;
	}

	/** The counts come from the server; several changes make one request. */
	#countSoon(): void {
		this.#cancelCounts ??= this.#client.environment.after(TIMING.readDebounce, () => {
			this.#cancelCounts = null;
			void this.#client.agent.getCounts().then(({ data }) => {
				if (data) this.counts = data;
			});
		});
	}

	#handleNotification(payload: unknown): void {
		if (!isAdminNotification(payload)) return;
		if (payload.type === 'new_user_message') this.#newMessages?.handleMessage(payload);
		if (payload.chat) this.apply(payload.chat);
	}

	#signedIn(userId: string): void {
		const client = this.#client;
		const isRefused = (): boolean => this.loadError?.kind === 'refused';
		this.signedOut = false;
		this.#userId = userId;
		this.#live?.stop();
		this.#newMessages = new InboxMessageDetector(client, userId, this.#options.onNewMessage);
		this.#live = new Live({
			client,
			userId,
			// A user who may not list chats may not listen either.
			topic: () => (isRefused() ? null : 'admin_support_notifications'),
			onEvent: (_, payload) => this.#handleNotification(payload),
			onTopic: (state) => {
				if (isJoined(state)) void this.reload();
			},
			onConnection: (connection) => (this.connection = connection),
			catchUp: () => this.#refresh(),
			pollEvery: () => (isRefused() ? null : TIMING.pollClosed),
		});
		this.#live.apply();
		if (!this.loaded) void this.reload();
	}

	#signedOut(): void {
		this.signedOut = true;
		this.#live?.stop();
		this.#live = null;
	}
}
