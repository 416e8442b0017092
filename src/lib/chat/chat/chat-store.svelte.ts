import type { ChatClient } from '../client';
import type { ChatErrorCode } from '../errors';
import { MESSAGE_MAX_CHARACTERS } from '../limits';
import { SessionWatch } from '../session/session-watch';
import { cleanText, countCharacters, isBlank } from '../text/text';
import { ChatDraft } from './chat-draft.svelte';
import { ChatEngine } from './chat-engine.svelte';
import { EMPTY, type SendOutcome, type ChatOptions, type ChatState } from './chat-types';
import type { ChatRole, SupportAttachment, SupportChatListItem } from '../types';

/**
 * One chat, reactive: `state` has its messages, unsent ones and connection; `draft` and `files` are the composer's content. Call
 * `start()` in the browser and `stop()` at the end; before that it shows the server-rendered state (`shown`).
 */
export class ChatStore {
	readonly role: ChatRole;
	/** The state while there is no engine. */
	#ownState: ChatState = $state.raw(EMPTY);
	/** Serves the user who is signed in, or was last. */
	#engine: ChatEngine | null = $state.raw(null);
	readonly #draft: ChatDraft;
	readonly #client: ChatClient;
	readonly #options: ChatOptions;
	readonly #session: SessionWatch;
	#userId: string | null = null;
	#open = false;

	constructor(client: ChatClient, options: ChatOptions) {
		if (options.role === 'agent' && !(client.agent && options.chatId))
			throw new TypeError('No AgentClient or chatId');
		this.role = options.role;
		this.#client = client;
		this.#options = options;
		this.#draft = new ChatDraft(client.environment, options.chatId ?? null);
		this.#session = new SessionWatch(
			client.environment,
			client.api.tokens,
			(userId) => this.#signedIn(userId),
			() => this.#signedOut(),
		);
		if (options.shown) this.#ownState = options.shown;
	}

	/** Everything there is to show, except the draft. */
	get state(): ChatState {
		return this.#engine?.state ?? this.#ownState;
	}

	/** The text in the composer, kept across reloads: bind it. */
	get draft(): string {
		return this.#draft.text;
	}

	set draft(text: string) {
		this.#draft.text = text;
	}

	/** The files that go with the text, kept across reloads, too: uploaded and checked. */
	get files(): SupportAttachment[] {
		return this.#draft.files;
	}

	set files(files: SupportAttachment[]) {
		this.#draft.files = files;
	}

	/** The bytes of files that are not on the server yet: see `ChatDraft.bytes`. */
	get heldFiles(): ChatDraft['bytes'] {
		return this.#draft.bytes;
	}

	/**
	 * Starts: loads the unread count, and the messages once they are wanted (`setOpen`) or a reply is awaited.
	 */
	start(): void {
		this.#session.start();
	}

	/** Ends everything: timers, requests, subscriptions. Unsent messages stay in storage. */
	stop(): void {
		this.#session.stop();
		this.#end();
	}

	/** The log is shown (panel open, chat page shown): messages that arrive count as read. */
	setOpen(open: boolean): void {
		this.#open = open;
		this.#engine?.activity.set(open);
	}

	/** Sends `text`, or the draft with its files, which is then emptied: the bubble is there at once, whatever the network does. */
	sendMessage(text: string = this.draft): SendOutcome {
		const content = cleanText(text);
		const characters = countCharacters(content);
		const refuse = (code: ChatErrorCode): SendOutcome => ({ accepted: false, code, characters });
		const isDraft = text === this.draft;
		const files = isDraft ? this.files : [];
		let id = this.#draft.sendHeld(content);
		if (!id) {
			if (isBlank(content) && files.length === 0) return refuse('support_message_blank');
			if (characters > MESSAGE_MAX_CHARACTERS) return refuse('support_message_too_long');
			if (this.state.signedOut) return refuse('signed_out');
			// It is not known yet who is signed in.
			if (!this.#engine) return refuse('network');
			const { chatId = null } = this.#options;
			id = this.#engine.outbox.messages.write(chatId, content, files);
			if (isDraft) this.#draft.sent();
		}
		this.#options.onWritten?.();
		return { accepted: true, id };
	}

	/**
	 * Puts the draft into the outbox although these files are not ready, so that it is sent on any page; the
	 * composer keeps showing it. Call it again when the files change. `sendMessage()` sends it, `unhold()` takes
	 * it back.
	 */
	hold(uploading: SupportAttachment[]): void {
		this.#draft.hold(uploading);
	}

	unhold(): void {
		this.#draft.unhold();
	}

	/** Sends a failed message again, now. */
	retry(id: string): void {
		this.#engine?.outbox.retry(id);
	}

	/** Discards an unsent message. If the draft is empty, the text and the files go back into it. */
	discard(id: string): void {
		const message = this.#engine?.outbox.discard(id);
		if (!message) return;
		const { content, attachments, held } = message;
		if (isBlank(this.draft)) this.draft = content;
		if (this.files.length === 0) this.files = attachments.filter((file) => !held.includes(file.id));
	}

	/** The page of messages before the oldest shown. */
	async loadOlder(): Promise<void> {
		await this.#engine?.feed.loadOlder();
	}

	/** Loads again: after `loadError`, or to be sure. */
	async reload(): Promise<void> {
		await this.#engine?.feed.reload();
	}

	/** Messages were deleted or hidden: loads again, and drops what is not there any more. */
	reconcile(): void {
		this.#engine?.reconcile();
	}

	/** Call on every input; it throttles itself. */
	notifyTyping(): void {
		this.#engine?.typing.notify();
	}

	/** Agents: a row of the inbox that is known to be newer: from a form action, from `ChatInbox` … */
	apply(chat: SupportChatListItem): void {
		this.#engine?.sync.update(chat);
		this.#engine?.show();
	}

	/** The host page reports a sign-in or sign-out. */
	sessionChanged(): void {
		this.#client.connection.sessionChanged();
		this.#session.recheck();
	}

	#signedIn(userId: string): void {
		const isForgotten = this.#engine?.outbox.storage.isForgotten;
		if (this.#engine && this.#userId === userId && !isForgotten) return this.#engine.resume();
		const isFirst = this.#userId === null;
		const { initial: _, ...forOthers } = this.#options;
		const options = isFirst ? this.#options : forOthers;
		const state = isFirst ? { ...this.state, signedOut: false } : EMPTY;
		// Another user signed in: remove everything of the former one, here and in storage.
		if (!isFirst) {
			this.#end();
			this.#ownState = EMPTY;
			this.#draft.clear();
		}
		this.#userId = userId;
		const engine = new ChatEngine(this.#client, userId, options, state, (error) => {
			if (this.#engine === engine) void this.#session.failed(error);
		});
		this.#engine = engine;
		this.#draft.open(engine.outbox);
		engine.start();
		this.#options.onSignedIn?.(userId);
		engine.activity.set(this.#open);
	}

	#end(): void {
		this.#draft.close();
		this.#engine?.stop();
		this.#ownState = this.state;
		this.#engine = null;
	}

	/** Keeps bubbles and draft visible; stops requests and subscriptions. */
	#signedOut(): void {
		if (this.#engine) this.#engine.pause();
		else this.#ownState = { ...this.#ownState, signedOut: true };
	}
}
