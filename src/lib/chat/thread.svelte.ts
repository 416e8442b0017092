import type { ChatClient } from './client';
import type { ChatError, ChatErrorCode } from './errors';
import type {
	AdminSupportChat,
	ChatRole,
	ConnectionState,
	MessageStatus,
	SupportChat,
	SupportMessage,
} from './types';

/** A message as a log shows it: a stored row, or one of one's own that is still on its way. Keyed by `id` for ever. */
export interface ThreadMessage {
	id: string;
	/** Null until stored. */
	seq: number | null;
	content: string;
	sender_type: SupportMessage['sender_type'];
	sender_id: string | null;
	sender_name: string | null;
	created_at: string;
	read_at: string | null;
	/** Written by this side (all of staff is one side). */
	own: boolean;
	/** The other side has seen it (own messages only). */
	seen: boolean;
	status: MessageStatus;
	/** Why it waits or failed. */
	error: ChatErrorCode | null;
}

export interface ThreadOptions {
	role: ChatRole;
	/** Staff: which chat. Customers have but one. */
	chatId?: string;
	/** What the server rendered already; spares the first request. */
	initial?: SupportChat | AdminSupportChat;
	/** The name that "… is typing" shows to the other side. */
	selfName?: string;
	/**
	 * New messages of the other side: each message is handed over exactly once across all tabs.
	 * Return false when the sound could not be played here, so that another tab may.
	 */
	onNewMessages?: (messages: SupportMessage[]) => boolean | void | Promise<boolean | void>;
}

/** `accepted`: the bubble is there, the composer may be emptied. Otherwise the text stays, and `code` says why. */
export type SendOutcome =
	{ accepted: true; id: string } | { accepted: false; code: ChatErrorCode; characters: number };

/** One chat: its messages, its unsent ones, its draft, its connection. `start()` in the browser only. */
export class ChatThread {
	readonly role: ChatRole;
	/** The chat without its messages; null until loaded. */
	chat: Omit<SupportChat, 'messages'> | Omit<AdminSupportChat, 'messages'> | null =
		$state.raw(null);
	/** Stored messages by `seq`, then the unsent ones as they were written. */
	messages: ThreadMessage[] = $state.raw([]);
	loading = $state(false);
	/** The first page is there (`messages` may still be empty). */
	loaded = $state(false);
	loadError: ChatError | null = $state.raw(null);
	hasOlder = $state(false);
	loadingOlder = $state(false);
	connection: ConnectionState = $state('idle');
	/** Answers the customer has not read yet (always 0 for staff: theirs is `unread` of the inbox row). */
	unread = $state(0);
	/** The text in the composer; kept across reloads. Bind it. */
	draft = $state('');
	/** The other side is typing; null when not. */
	typing: { name: string | null } | null = $state.raw(null);
	/** Nobody is signed in, or the session ended: "Sign in to chat". The draft and unsent messages stay. */
	signedOut = $state(false);
	/** Staff: the chat does not exist any more. */
	gone = $state(false);
	/** The customer wrote lately, so that an answer is awaited. */
	awaitingAnswer = $state(false);

	constructor(client: ChatClient, options: ThreadOptions) {
		this.role = options.role;
		void client;
	}
	get connected(): boolean {
		return this.connection === 'connected';
	}
	/** Starts loading and listening. Customers: only once the panel opens or an answer is awaited; before, only `unread`. */
	start(): void {}
	/** Ends everything: timers, requests, subscriptions. Unsent messages stay in storage. */
	stop(): void {}
	/** The log is in front of the reader's eyes (panel open, page of the chat shown): what arrives counts as read. */
	setOpen(open: boolean): void {
		void open;
	}
	/** `auto` (default): live while open or an answer is awaited. `on`, `off`: as you say. */
	setActivity(activity: 'auto' | 'on' | 'off'): void {
		void activity;
	}
	/** Sends `text` (default: the draft, which is then emptied): the bubble is there at once. */
	sendMessage(text?: string): SendOutcome {
		void text;
		return { accepted: false, code: 'support_message_blank', characters: 0 };
	}
	/** Sends a failed message again, now. */
	retry(id: string): void {
		void id;
	}
	/** Gives an unsent message up and returns its text. */
	discard(id: string): string | null {
		void id;
		return null;
	}
	/** The page of older messages before the oldest shown. */
	async loadOlder(): Promise<void> {}
	/** Loads again after `loadError`, or to be sure. */
	async reload(): Promise<void> {}
	/** Marks all shown as read now; with `setOpen(true)` it happens by itself. */
	markAsRead(): void {}
	/** Call on every input; throttles itself. */
	notifyTyping(): void {}
	/** The host page says that somebody signed in or out. */
	sessionChanged(): void {}
}
