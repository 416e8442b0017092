/** Everything that comes in from outside is looked at here, once; behind this line types are trusted. */
import type {
	AdminNotificationMessage,
	AdminSupportChat,
	ChatChannelMessage,
	SenderType,
	SupportChat,
	SupportChatListItem,
	SupportInboxCounts,
	SupportMessage,
	SupportReadReceipt,
	SupportUnread,
	TypingMessage,
} from './types';

/** The value as T, or null if it is something else. */
export type Guard<T> = (value: unknown) => T | null;

type Row = Record<string, unknown>;

/** Thrown inside a guard by a field that does not fit; `guard` turns it into null. */
class Mismatch extends Error {}

const isRow = (value: unknown): value is Row =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function text(row: Row, name: string): string {
	const value = row[name];
	if (typeof value !== 'string') throw new Mismatch(name);
	return value;
}
const textOrNull = (row: Row, name: string): string | null =>
	row[name] === null || row[name] === undefined ? null : text(row, name);

function count(row: Row, name: string): number {
	const value = row[name];
	// bigint may come as a string
	const number = typeof value === 'string' && value !== '' ? Number(value) : value;
	if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw new Mismatch(name);
	return number;
}

function flag(row: Row, name: string): boolean {
	const value = row[name];
	if (typeof value !== 'boolean') throw new Mismatch(name);
	return value;
}

const isSender = (value: unknown): value is SenderType =>
	value === 'user' || value === 'admin' || value === 'system';

function sender(row: Row, name: string): SenderType {
	const value = row[name];
	if (!isSender(value)) throw new Mismatch(name);
	return value;
}

function guard<T>(read: (row: Row) => T): Guard<T> {
	return (value) => {
		if (!isRow(value)) return null;
		try {
			return read(value);
		} catch (error) {
			if (error instanceof Mismatch) return null;
			throw error;
		}
	};
}

function need<T>(value: T | null): T {
	if (value === null) throw new Mismatch();
	return value;
}

/** An array of T; null if one element does not fit. */
export const listOf =
	<T>(one: Guard<T>): Guard<T[]> =>
	(value) => {
		if (!Array.isArray(value)) return null;
		const list: T[] = [];
		for (const element of value) {
			const parsed = one(element);
			if (parsed === null) return null;
			list.push(parsed);
		}
		return list;
	};

/** The one row of an answer, which PostgREST gives as an object or as an array of one. */
export const rowOf =
	<T>(one: Guard<T>): Guard<T> =>
	(value) =>
		one(Array.isArray(value) ? value[0] : value);

/** One row or none: `{ row: null }` when the answer is empty. */
export const optionalRowOf =
	<T>(one: Guard<T>): Guard<{ row: T | null }> =>
	(value) => {
		if (value === null || (Array.isArray(value) && value.length === 0)) return { row: null };
		const row = rowOf(one)(value);
		return row === null ? null : { row };
	};

export const parseMessage: Guard<SupportMessage> = guard((row) => ({
	id: text(row, 'id'),
	chat_id: text(row, 'chat_id'),
	seq: count(row, 'seq'),
	content: text(row, 'content'),
	sender_type: sender(row, 'sender_type'),
	sender_id: textOrNull(row, 'sender_id'),
	sender_name: textOrNull(row, 'sender_name'),
	read_at: textOrNull(row, 'read_at'),
	created_at: text(row, 'created_at'),
	updated_at: text(row, 'updated_at'),
}));

export const parseMessages = listOf(parseMessage);

export const parseChat: Guard<SupportChat> = guard((row) => ({
	id: text(row, 'id'),
	user_id: text(row, 'user_id'),
	app_name: textOrNull(row, 'app_name'),
	last_seq: count(row, 'last_seq'),
	last_message_at: textOrNull(row, 'last_message_at'),
	admin_viewed_at: textOrNull(row, 'admin_viewed_at'),
	unread_count: count(row, 'unread_count'),
	created_at: text(row, 'created_at'),
	messages: need(parseMessages(row.messages)),
}));

const listItem = (row: Row): SupportChatListItem => ({
	id: text(row, 'id'),
	user_id: text(row, 'user_id'),
	user_email: textOrNull(row, 'user_email'),
	user_name: textOrNull(row, 'user_name'),
	last_message_at: textOrNull(row, 'last_message_at'),
	last_message_preview: textOrNull(row, 'last_message_preview'),
	last_message_sender: row.last_message_sender == null ? null : sender(row, 'last_message_sender'),
	message_count: count(row, 'message_count'),
	unread: flag(row, 'unread'),
	archived: flag(row, 'archived'),
	created_at: text(row, 'created_at'),
	admin_viewed_at: textOrNull(row, 'admin_viewed_at'),
});

export const parseListItem: Guard<SupportChatListItem> = guard(listItem);
export const parseListItems = listOf(parseListItem);

/** `get_support_chat` answers the inbox row as `chat`, beside its messages. */
export const parseAdminChat: Guard<AdminSupportChat> = guard((row) => ({
	...need(parseListItem(row.chat)),
	messages: need(parseMessages(row.messages)),
}));

export const parseUnread: Guard<SupportUnread> = guard((row) => ({
	chat_id: text(row, 'chat_id'),
	unread_count: count(row, 'unread_count'),
	last_seq: count(row, 'last_seq'),
	awaiting_answer: flag(row, 'awaiting_answer'),
}));

export const parseReceipt: Guard<SupportReadReceipt> = guard((row) => ({
	up_to_seq: count(row, 'up_to_seq'),
	read_at: textOrNull(row, 'read_at'),
	unread_count: count(row, 'unread_count'),
}));

export const parseCounts: Guard<SupportInboxCounts> = guard((row) => ({
	active: count(row, 'active'),
	archived: count(row, 'archived'),
	unread: count(row, 'unread'),
}));

/** A broadcast on `support_chat:<id>`; `event` is its name, which says the same as the payload's `type`. */
export function parseChatEvent(event: string, payload: unknown): ChatChannelMessage | null {
	return guard((row): ChatChannelMessage => {
		if (event === 'new_message') return { type: event, message: need(parseMessage(row.message)) };
		const chat_id = text(row, 'chat_id');
		if (event === 'messages_read')
			return {
				type: event,
				chat_id,
				up_to_seq: count(row, 'up_to_seq'),
				read_at: text(row, 'read_at'),
			};
		if (event !== 'chat_updated') throw new Mismatch(event);
		return { type: event, chat_id, admin_viewed_at: textOrNull(row, 'admin_viewed_at') };
	})(payload);
}

/** A broadcast on `admin_support_notifications`. */
export function parseAdminEvent(event: string, payload: unknown): AdminNotificationMessage | null {
	return guard((row): AdminNotificationMessage => {
		const chat_id = text(row, 'chat_id');
		if (event === 'new_user_message') {
			const message = need(parseMessage(row.message));
			const user_email = textOrNull(row, 'user_email');
			return { type: event, chat_id, user_email, message, chat: parseListItem(row.chat) };
		}
		if (event !== 'chat_updated') throw new Mismatch(event);
		return { type: event, chat_id, chat: need(parseListItem(row.chat)) };
	})(payload);
}

/** A broadcast of the other side: nothing in it is trusted, so it is also cut to size. */
export const parseTyping: Guard<TypingMessage> = guard((row) => ({
	sender_type: sender(row, 'sender_type'),
	name: textOrNull(row, 'name')?.slice(0, 80) ?? null,
	typing: flag(row, 'typing'),
}));
