import type { ChatClient } from './client';
import { onWake } from './environment';
import type { ChatError } from './errors';
import { parseAdminEvent } from './guards';
import { InboxList } from './inbox-list';
import { InboxNews, type OnInboxMessage } from './inbox-news';
import { Indicator } from './indicator';
import { TIMING } from './limits';
import { Poller } from './poller';
import { SessionWatch } from './session-watch';
import { TopicLink } from './topic-link';
import type { ConnectionState, SupportChatListItem, SupportInboxCounts } from './types';

export type { InboxMessage } from './inbox-news';
export type InboxView = 'active' | 'archived';

export interface InboxOptions {
	view: InboxView;
	search?: string;
	/** What the server rendered already. */
	initial?: { chats: SupportChatListItem[]; counts: SupportInboxCounts };
	/** Each new customer message exactly once across all tabs; return false if this tab cannot play the sound. */
	onNewMessage?: OnInboxMessage;
}

/** The team's list of chats, newest first, live. `start()` in the browser, `stop()` when it goes. */
export class ChatInbox {
	view: InboxView = $state('active');
	search = $state('');
	chats: SupportChatListItem[] = $state.raw([]);
	/** `unread`: active chats with something nobody of the team has seen. */
	counts: SupportInboxCounts = $state.raw({ active: 0, archived: 0, unread: 0 });
	loading = $state(false);
	loaded = $state(false);
	/** Why the list is not up to date. Passing trouble is tried again by itself; `reload()` tries now. */
	loadError: ChatError | null = $state.raw(null);
	hasMore = $state(false);
	loadingMore = $state(false);
	connection: ConnectionState = $state('idle');
	signedOut = $state(false);
	readonly #client: ChatClient;
	readonly #options: InboxOptions;
	readonly #list = new InboxList();
	readonly #session: SessionWatch;
	readonly #poller: Poller;
	readonly #indicator: Indicator;
	#link: TopicLink | null = null;
	#news: InboxNews | null = null;
	#unlisten: (() => void)[] = [];
	/** Which view and search an answer belongs to. */
	#generation = 0;
	#cancelSearch = (): void => {};
	#cancelCounts: (() => void) | null = null;

	constructor(client: ChatClient, options: InboxOptions) {
		const { environment, api } = client;
		this.#client = client;
		this.#options = options;
		this.search = options.search ?? '';
		this.setView(options.view, options.initial);
		this.#indicator = new Indicator(environment, (state) => (this.connection = state));
		this.#session = new SessionWatch({
			environment,
			tokens: api.tokens,
			onSignedIn: (userId) => this.#signedIn(userId),
			onSignedOut: () => this.#signedOut(),
		});
		this.#poller = new Poller({
			environment,
			run: () => this.#refresh(),
			interval: () => this.#interval,
		});
	}

	get connected(): boolean {
		return this.connection === 'connected';
	}

	start(): void {
		const { environment } = this.#client;
		this.#unlisten = [
			onWake(environment, () => void this.reload()),
			environment.on('offline', () => this.#indicator.update({})),
		];
		this.#session.start();
	}

	stop(): void {
		for (const off of this.#unlisten) off();
		this.#cancelSearch();
		this.#cancelCounts?.();
		this.#session.stop();
		this.#poller.stop();
		this.#indicator.stop();
		this.#link?.want(null);
	}

	/** Shows the other tab; with `initial` (from a page load) without a request. */
	setView(view: InboxView, initial?: InboxOptions['initial']): void {
		const isOther = view !== this.view;
		this.view = view;
		this.#generation++;
		if (isOther || initial) this.#list.clear();
		if (initial) {
			this.#list.mergeFirst(initial.chats);
			this.counts = initial.counts;
		}
		this.loaded = initial !== undefined || (this.loaded && !isOther);
		this.#show();
		if (!initial && this.#link) void this.reload();
	}

	/** Searches people and messages, after a short pause in typing. */
	setSearch(search: string): void {
		this.search = search;
		this.#generation++;
		this.loading = true;
		this.#cancelSearch();
		this.#cancelSearch = this.#client.environment.after(TIMING.searchPause, () => {
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
		this.#indicator.update({});
		await this.#poller.request();
	}

	/** Archives or restores: the row goes at once, and comes back if it could not be done. Resolves to why not, or null. */
	async setArchived(id: string, archived: boolean): Promise<ChatError | null> {
		const before = this.#list.get(id);
		this.#list.remove(id);
		this.#show();
		const { data, error } = await this.#client.api.setArchived(id, archived);
		if (data) this.apply(data);
		else if (before) this.apply(before);
		if (error) void this.#session.failed(error);
		return error;
	}

	/** A row that is known to be newer: from a broadcast, a form action … */
	apply(chat: SupportChatListItem): void {
		const belongs = chat.archived === (this.view === 'archived');
		const isNew = this.#list.get(chat.id) === undefined;
		if (!belongs) this.#list.remove(chat.id);
		// Whether a search finds it, only the server knows; and an old copy says that something was missed.
		else if (isNew && this.search.trim() !== '') void this.#poller.request();
		else if (!this.#list.apply(chat)) void this.#poller.request();
		this.#show();
		this.#countSoon();
	}

	#show(): void {
		this.chats = this.#list.rows;
		this.hasMore = this.#list.hasMore;
	}

	#page(before: Parameters<ChatClient['api']['listChats']>[0]['before']) {
		const search = this.search.trim();
		return this.#client.api.listChats({ archived: this.view === 'archived', search, before });
	}

	async #refresh(): Promise<ChatError | null> {
		const generation = this.#generation;
		this.loading = !this.loaded;
		const [page, counts] = await Promise.all([this.#page(null), this.#client.api.getCounts()]);
		if (counts.data) this.counts = counts.data;
		const unreachable = page.error?.code === 'network' || page.error?.code === 'timeout';
		this.#indicator.update({ unreachable: unreachable && this.#poller.failures > 0 });
		// Another view or search was asked for meanwhile; its own run follows.
		if (generation !== this.#generation) return null;
		this.loading = false;
		this.loadError = page.error;
		if (page.error) {
			void this.#session.failed(page.error);
			return page.error;
		}
		this.loaded = true;
		this.#list.mergeFirst(page.data);
		if (this.search.trim() === '') this.#news?.seen(page.data);
		this.#show();
		return null;
	}

	/** The counts belong to the server; a burst of changes asks once. */
	#countSoon(): void {
		this.#cancelCounts ??= this.#client.environment.after(TIMING.readDebounce, () => {
			this.#cancelCounts = null;
			void this.#client.api.getCounts().then(({ data }) => {
				if (data) this.counts = data;
			});
		});
	}

	#heard(event: string, payload: unknown): void {
		const message = parseAdminEvent(event, payload);
		if (!message) return;
		if (message.type === 'new_user_message') this.#news?.heard(message);
		if (message.chat) this.apply(message.chat);
	}

	#signedIn(userId: string): void {
		this.signedOut = false;
		this.#link?.want(null);
		this.#news = new InboxNews(this.#client, userId, this.#options.onNewMessage);
		this.#link = new TopicLink(this.#client.connection, userId, {
			onState: (state) => {
				this.#indicator.update({ topic: state });
				if (state === 'joined' || state === 'live') void this.#poller.request();
				this.#poller.reschedule();
			},
			onEvent: (event, payload) => this.#heard(event, payload),
		});
		this.#link.want('admin_support_notifications');
		if (!this.loaded) void this.#poller.request();
	}

	#signedOut(): void {
		this.signedOut = true;
		this.#link?.want(null);
		this.#link = null;
		this.#poller.reschedule();
	}

	get #interval(): number | null {
		if (!this.#link || this.loadError?.kind === 'refused') return null;
		const visible = this.#client.environment.isVisible();
		if (this.#link.state === 'live') return visible ? TIMING.probeLive : TIMING.probeHidden;
		return visible ? TIMING.pollClosed : TIMING.pollHidden;
	}
}
