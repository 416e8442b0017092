import type { Activity } from './activity';
import type { ChatClient } from './client';
import { chatError, type ChatError, type ChatErrorCode } from './errors';
import { MESSAGE_MAX_CHARACTERS } from './limits';
import { forgetOthers } from './outbox';
import { SessionWatch } from './session-watch';
import { cleanText, countCharacters, isBlank } from './text';
import { ThreadEngine } from './thread-engine';
import type { ThreadMessage } from './thread-messages';
import { initialState } from './thread-screen';
import {
	EMPTY,
	type SendOutcome,
	type ThreadChat,
	type ThreadOptions,
	type ThreadState,
	type ThreadView,
} from './thread-types';
import type { ChatRole, ConnectionState, SupportChatListItem } from './types';

/**
 * One chat, reactive: its messages, its unsent ones, its draft, its connection; `ThreadState` says what each field means.
 * `start()` in the browser, `stop()` when it goes; before, it shows what the server rendered (`initial`).
 */
export class ChatThread implements ThreadState, ThreadView {
	readonly role: ChatRole;
	/** One value for all that is shown: smaller than one signal each, and never half updated. */
	#state: ThreadState = $state.raw(EMPTY);
	#draft = $state('');
	readonly #client: ChatClient;
	readonly #options: ThreadOptions;
	readonly #session: SessionWatch;
	#engine: ThreadEngine | null = null;
	#userId: string | null = null;
	#open = false;
	#mode: Activity | undefined;

	constructor(client: ChatClient, options: ThreadOptions) {
		const { role, initial } = options;
		if (role === 'staff' && !(client.staff && options.chatId))
			throw new TypeError('A staff thread needs a client of createStaffClient and a chatId');
		this.role = role;
		this.#client = client;
		this.#options = options;
		this.#session = new SessionWatch(
			client.environment,
			client.api.tokens,
			(userId) => this.#signedIn(userId),
			() => this.#signedOut(),
		);
		if (initial) this.#state = initialState(initial, role);
	}

	/** All of it at once. */
	get state(): ThreadState {
		return this.#state;
	}
	get chat(): ThreadChat | null {
		return this.#state.chat;
	}
	get messages(): ThreadMessage[] {
		return this.#state.messages;
	}
	get loading(): boolean {
		return this.#state.loading;
	}
	get loaded(): boolean {
		return this.#state.loaded;
	}
	get loadError(): ChatError | null {
		return this.#state.loadError;
	}
	get hasOlder(): boolean {
		return this.#state.hasOlder;
	}
	get loadingOlder(): boolean {
		return this.#state.loadingOlder;
	}
	get olderError(): ChatError | null {
		return this.#state.olderError;
	}
	get connection(): ConnectionState {
		return this.#state.connection;
	}
	get unread(): number {
		return this.#state.unread;
	}
	get typing(): ThreadState['typing'] {
		return this.#state.typing;
	}
	get signedOut(): boolean {
		return this.#state.signedOut;
	}
	get gone(): boolean {
		return this.#state.gone;
	}
	get awaitingAnswer(): boolean {
		return this.#state.awaitingAnswer;
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
		if (this.#engine) this.#engine.sender.outbox.draft = text;
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
		this.#engine?.activity.set(open);
	}

	/** `auto` (customers' default): live while open or an answer is awaited. `on` (staff's), `off`: as you say. */
	setActivity(mode: Activity): void {
		this.#mode = mode;
		this.#engine?.activity.set(this.#open, mode);
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
		this.#engine?.sender.retry(id);
	}

	/** Gives an unsent message up and returns its text. */
	discard(id: string): string | null {
		return this.#engine?.sender.discard(id) ?? null;
	}

	/** The page of messages before the oldest shown. */
	async loadOlder(): Promise<void> {
		await this.#engine?.loadOlder();
	}

	/** Loads again: after `loadError`, or to be sure. */
	async reload(): Promise<void> {
		await this.#engine?.feed.reload();
	}

	/** Messages were deleted or hidden: loads again, and drops what is not there any more. */
	reconcile(): void {
		this.#engine?.feed.reconcile();
	}

	/** Marks what is here as read; with `setOpen(true)` it happens by itself. */
	async markAsRead(): Promise<void> {
		await this.#engine?.reading.now();
	}

	/** Call on every input; it throttles itself. */
	notifyTyping(): void {
		this.#engine?.typing.notify();
	}

	/** Staff: archives or restores the chat. Resolves to null, or to why it could not be done. */
	async setArchived(archived: boolean): Promise<ChatError | null> {
		const { staff } = this.#client;
		if (!staff || !this.chat) return chatError('support_forbidden');
		const { data, error } = await staff.setArchived(this.chat.id, archived);
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

	/** For the engine. */
	update(change: Partial<ThreadState>): void {
		this.#state = { ...this.#state, ...change };
	}

	#signedIn(userId: string): void {
		this.update({ signedOut: false });
		if (this.#engine && this.#userId === userId) return this.#engine.pause(false);
		// Somebody else sits here now: nothing of the one before may be left, here or in storage.
		const isFirst = this.#userId === null;
		if (!isFirst) {
			this.#engine?.stop();
			this.#state = EMPTY;
			this.#draft = '';
		}
		this.#userId = userId;
		const { storagePrefix, environment } = this.#client;
		forgetOthers(environment.storage, storagePrefix, userId);
		const { initial: _, badge: __, ...forAnybody } = this.#options;
		const options = isFirst ? this.#options : forAnybody;
		const engine = new ThreadEngine(this.#client, userId, options, this, (error) => {
			if (this.#engine === engine) void this.#session.failed(error);
		});
		this.#engine = engine;
		if (this.#draft === '') this.#draft = engine.sender.outbox.draft;
		else engine.sender.outbox.draft = this.#draft;
		engine.start();
		engine.activity.set(this.#open, this.#mode);
	}

	/** The bubbles and the draft stay in sight; nothing is asked or listened to any more. */
	#signedOut(): void {
		this.#engine?.pause(true);
		this.update({ signedOut: true, loading: false });
	}
}
