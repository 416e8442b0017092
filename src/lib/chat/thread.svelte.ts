import type { Activity } from './activity';
import type { ChatClient } from './client';
import { chatError, type ChatError, type ChatErrorCode } from './errors';
import { MESSAGE_MAX_CHARACTERS } from './limits';
import { forgetOthers } from './outbox';
import { SessionWatch } from './session-watch';
import { cleanText, countCharacters, isBlank } from './text';
import { ThreadEngine } from './thread-engine';
import { MessageProjection, type ThreadMessage } from './thread-messages';
import type { SendOutcome, ThreadChat, ThreadOptions, ThreadView } from './thread-types';
import type { ChatRole, ConnectionState, SupportChatListItem } from './types';

/**
 * One chat, reactive: its messages, its unsent ones, its draft, its connection. `start()` in the browser, `stop()` when
 * it goes; before, it shows what the server rendered (`initial`).
 */
export class ChatThread implements ThreadView {
	readonly role: ChatRole;
	/** The chat without its messages; null until loaded. */
	chat: ThreadChat | null = $state.raw(null);
	/** Stored messages by `seq`, then the unsent ones as they were written. Key them by `id`. */
	messages: ThreadMessage[] = $state.raw([]);
	/** The first page is on its way. */
	loading = $state(false);
	/** The first page is there (`messages` may still be empty). */
	loaded = $state(false);
	/** Why the first page is not there. Passing trouble is tried again by itself; `reload()` tries now. */
	loadError: ChatError | null = $state.raw(null);
	hasOlder = $state(false);
	loadingOlder = $state(false);
	olderError: ChatError | null = $state.raw(null);
	/** The truth about the link, save for blinks of less than two seconds. `idle`: nothing is listened to. */
	connection: ConnectionState = $state('idle');
	/** Answers the customer has not read yet (0 for staff: theirs is `unread` of the inbox row). */
	unread = $state(0);
	/** The other side is typing; null when not. */
	typing: { name: string | null } | null = $state.raw(null);
	/** Nobody is signed in, or the session ended: "Sign in to chat". Draft and unsent messages stay. */
	signedOut = $state(false);
	/** Staff: the chat does not exist any more. */
	gone = $state(false);
	/** The customer wrote within half an hour, so that an answer is awaited. */
	awaitingAnswer = $state(false);
	#draft = $state('');
	readonly #client: ChatClient;
	readonly #options: ThreadOptions;
	readonly #session: SessionWatch;
	#engine: ThreadEngine | null = null;
	#userId: string | null = null;
	#open = false;
	#activity: Activity | undefined;

	constructor(client: ChatClient, options: ThreadOptions) {
		this.role = options.role;
		this.#client = client;
		this.#options = options;
		this.#session = new SessionWatch({
			environment: client.environment,
			tokens: client.api.tokens,
			onSignedIn: (userId) => this.#signedIn(userId),
			onSignedOut: () => this.#signedOut(),
		});
		if (options.initial) this.#showInitial(options.initial);
	}

	get connected(): boolean {
		return this.connection === 'connected';
	}

	/** The text in the composer, kept across reloads: bind it. */
	get draft(): string {
		return this.#draft;
	}

	set draft(text: string) {
		this.#draft = text;
		if (this.#engine) this.#engine.writing.outbox.draft = text;
	}

	/** False where the browser has no storage to give: unsent messages are then lost on leaving the page. */
	get keepsUnsent(): boolean {
		return this.#client.environment.storage !== null;
	}

	/** Begins: the unread count, and the messages once they are wanted (`setOpen`) or an answer is awaited. */
	start(): void {
		this.#session.start();
	}

	/** Ends everything: timers, requests, subscriptions. Unsent messages stay in storage. */
	stop(): void {
		this.#session.stop();
		this.#engine?.stop();
		this.#engine = null;
	}

	/** The log is in front of the reader's eyes (panel open, chat page shown): what arrives counts as read. */
	setOpen(open: boolean): void {
		this.#open = open;
		this.#engine?.activity.set({ open });
	}

	/** `auto` (customers' default): live while open or an answer is awaited. `on` (staff's), `off`: as you say. */
	setActivity(mode: Activity): void {
		this.#activity = mode;
		this.#engine?.activity.set({ mode });
	}

	/** Sends `text`, or the draft, which is then emptied: the bubble is there at once, whatever the network does. */
	sendMessage(text: string = this.#draft): SendOutcome {
		const content = cleanText(text);
		const characters = countCharacters(content);
		const refuse = (code: ChatErrorCode): SendOutcome => ({ accepted: false, code, characters });
		if (isBlank(content)) return refuse('support_message_blank');
		if (characters > MESSAGE_MAX_CHARACTERS) return refuse('support_message_too_long');
		if (this.signedOut) return refuse('signed_out');
		// The host has not said yet who is signed in.
		if (!this.#engine) return refuse('network');
		const id = this.#engine.send(content);
		if (text === this.#draft) this.draft = '';
		return { accepted: true, id };
	}

	/** Sends a failed message again, now. */
	retry(id: string): void {
		this.#engine?.writing.retry(id);
		this.#engine?.show();
	}

	/** Gives an unsent message up and returns its text. */
	discard(id: string): string | null {
		const text = this.#engine?.writing.discard(id) ?? null;
		this.#engine?.show();
		return text;
	}

	/** The page of messages before the oldest shown. */
	async loadOlder(): Promise<void> {
		await this.#engine?.loadOlder();
	}

	/** Loads again: after `loadError`, or to be sure. */
	async reload(): Promise<void> {
		await this.#engine?.reload();
	}

	/** Marks what is here as read; with `setOpen(true)` it happens by itself. */
	async markAsRead(): Promise<void> {
		await this.#engine?.reading.now();
	}

	/** Call on every input; it throttles itself. */
	notifyTyping(): void {
		this.#engine?.writing.typing.notify();
	}

	/** Staff: archives or restores the chat. Resolves to null, or to why it could not be done. */
	async setArchived(archived: boolean): Promise<ChatError | null> {
		if (!this.#engine || !this.chat) return chatError('signed_out');
		const { data, error } = await this.#client.api.setArchived(this.chat.id, archived);
		if (data) this.apply(data);
		return error;
	}

	/** Staff: a row of the inbox that is known to be newer: from a form action, from `ChatInbox` … */
	apply(chat: SupportChatListItem): void {
		this.#engine?.sync.update(chat);
		this.#engine?.show();
	}

	/** The host page says that somebody signed in or out. */
	sessionChanged(): void {
		this.#client.connection.sessionChanged();
		this.#session.lookAgain();
	}

	#showInitial(initial: NonNullable<ThreadOptions['initial']>): void {
		const { clock, environment } = this.#client;
		const projection = new MessageProjection(this.role, clock, () => environment.now());
		this.chat = initial;
		this.messages = projection.stored(initial.messages, initial.admin_viewed_at);
		this.loaded = true;
		if ('unread_count' in initial) this.unread = initial.unread_count;
	}

	#signedIn(userId: string): void {
		this.signedOut = false;
		if (this.#engine && this.#userId === userId) return this.#engine.resume();
		const isFirst = this.#userId === null;
		if (!isFirst) this.#clear();
		this.#userId = userId;
		const { storagePrefix, environment } = this.#client;
		forgetOthers(environment.storage, `${storagePrefix}${this.role}:`, userId);
		this.#engine?.stop();
		const { initial: _, badge: __, ...forAnybody } = this.#options;
		const options = isFirst ? this.#options : forAnybody;
		const engine = new ThreadEngine(this.#client, userId, options, this, (error) => {
			if (this.#engine === engine) void this.#session.failed(error);
		});
		this.#engine = engine;
		if (this.#draft === '') this.#draft = engine.writing.outbox.draft;
		else engine.writing.outbox.draft = this.#draft;
		engine.start();
		engine.activity.set({ open: this.#open, ...(this.#activity ? { mode: this.#activity } : {}) });
	}

	/** The bubbles and the draft stay in sight; nothing is asked or listened to any more. */
	#signedOut(): void {
		this.#engine?.pause();
		this.signedOut = true;
		this.loading = false;
	}

	/** Somebody else sits here now. */
	#clear(): void {
		Object.assign(this, { chat: null, messages: [], loaded: false, loadError: null, unread: 0 });
		Object.assign(this, { hasOlder: false, typing: null, gone: false, awaitingAnswer: false });
		this.#draft = '';
	}
}
