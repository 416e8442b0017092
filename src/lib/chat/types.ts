/**
 * The types that database, Realtime, widget and dashboard share. Names of columns are those of the database (snake_case); every time is an ISO 8601 string with an offset, as Postgres prints `timestamptz`.
 */

export type SenderType = 'user' | 'admin' | 'system';

/** The state of a conversation; at most one per chat is open (waiting or active). */
export type ConversationStatus = 'waiting' | 'active' | 'ended';

/**
 * A file of a message. Its address is requested by `path`; an address in a message is never requested.
 */
export interface SupportAttachment {
	id: string;
	/** In the bucket: `<chat id>/<id>.<ext>`. */
	path: string;
	/** The owner's file name: only shown as text. */
	name: string;
	mime_type: string;
	size_bytes: number;
	/** Pixels; null where it is no image. */
	width: number | null;
	height: number | null;
}

/** One row of `public.support_messages`, in RPC results and broadcasts. */
export interface SupportMessage {
	id: string;
	chat_id: string;
	/** 1, 2, 3 … per chat, gapless, in commit order: the only thing messages are ordered by. */
	seq: number;
	/** Empty only where there are attachments. */
	content: string;
	/** Missing in a database without attachments. */
	attachments?: SupportAttachment[] | null;
	sender_type: SenderType;
	sender_id: string | null;
	sender_name: string | null;
	/** The conversation it belongs to; none in messages older than conversations are. */
	conversation_id?: string | null;
	/** When the other side read it; on agents' messages only. */
	read_at: string | null;
	created_at: string;
	updated_at: string;
}

/** The customer's own chat, from `get_or_create_support_chat()`. */
export interface SupportChat {
	id: string;
	user_id: string;
	/** The app's name in the settings. */
	app_name: string | null;
	last_seq: number;
	last_message_at: string | null;
	/** When an agent last viewed this chat: own messages up to then are "seen". */
	admin_viewed_at: string | null;
	unread_count: number;
	created_at: string;
	/** The newest messages, oldest first. */
	messages: SupportMessage[];
}

/** One row of the team inbox, from `list_support_chats()`. */
export interface SupportChatListItem {
	id: string;
	user_id: string;
	user_email: string | null;
	user_name: string | null;
	last_message_at: string | null;
	last_message_preview: string | null;
	last_message_sender: SenderType | null;
	message_count: number;
	unread: boolean;
	archived: boolean;
	created_at: string;
	admin_viewed_at: string | null;
	/** The newest conversation, open or ended; null where there never was one. */
	conversation_id?: string | null;
	conversation_status?: ConversationStatus | null;
	/** Who has it. */
	agent_id?: string | null;
	agent_name?: string | null;
	/** Since when it waits for an agent; null unless it does. */
	waiting_since?: string | null;
	/** From 0, ordinary, to 9. */
	priority?: number | null;
}

/** One chat as agents open it, from `get_support_chat()`: the inbox row and the newest messages, oldest first. */
export interface AdminSupportChat extends SupportChatListItem {
	messages: SupportMessage[];
}

/** The result of `get_support_unread()`: enough for a badge, without creating a chat. */
export interface SupportUnread {
	chat_id: string;
	unread_count: number;
	last_seq: number;
	/** The customer wrote within the last half hour. */
	awaiting_answer: boolean;
}

/** The result of `mark_support_chat_read()`. */
export interface SupportReadReceipt {
	up_to_seq: number;
	read_at: string | null;
	unread_count: number;
}

/** The result of `get_support_inbox_counts()`: for tabs and the tab title. */
export interface SupportInboxCounts {
	active: number;
	archived: number;
	unread: number;
	/** Active conversations of the caller. */
	mine?: number | null;
	waiting?: number | null;
	/** Waiting or active. */
	open?: number | null;
}

/** The views of the inbox: all that is not archived, the caller's own, by state, and the archive. */
export type InboxView = 'active' | 'mine' | 'waiting' | 'open' | 'ended' | 'archived';

/** Broadcasts on `admin_support_notifications`. */
export type AdminNotificationMessage =
	| {
			type: 'new_user_message';
			chat_id: string;
			user_email: string | null;
			message: SupportMessage;
			chat: SupportChatListItem | null;
	  }
	| { type: 'chat_updated'; chat_id: string; chat: SupportChatListItem };

/** Broadcasts on `support_typing:<chat id>`: who types, according to the database. */
export interface TypingMessage {
	chat_id: string;
	sender_id: string;
	/** Of an agent; customers are not named. */
	name: string | null;
	typing: boolean;
}

/**
 * The state of a message in the log. `waiting`: kept, will be sent automatically. `failed`: needs `retry` or
 * `discard`.
 */
export type MessageStatus = 'sent' | 'sending' | 'waiting' | 'failed';

/** `reconnecting` shows only after about two seconds, so that a short interruption is not shown. */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'offline';

/** The viewer of the chat: its customer, or the team. */
export type ChatRole = 'user' | 'agent';
