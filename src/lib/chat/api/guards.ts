/** Checks of everything that comes from outside; after them the types are trusted. */
import type {
	ConversationStatus,
	SenderType,
	SupportAttachment,
	SupportChat,
	SupportMessage,
	SupportReadReceipt,
	SupportUnread,
	TypingMessage,
} from '../types';

/** Whether a value is a T. */
export type Check<T> = (value: unknown) => value is T;

export const isAnything: Check<unknown> = (_): _ is unknown => true;
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value);
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
export const isTime = (value: unknown): value is string =>
	isText(value) && !Number.isNaN(Date.parse(value));
export const isStatus = (value: unknown): value is ConversationStatus =>
	value === 'waiting' || value === 'active' || value === 'ended';
const isSender = (value: unknown): value is SenderType =>
	value === 'user' || value === 'admin' || value === 'system';

/** A database that is older than this code may not have the column yet: then it is null here. */
export const orNull =
	<T>(check: Check<T>): Check<T | null> =>
	(value): value is T | null =>
		value == null || check(value);

export const listOf =
	<T>(check: Check<T>): Check<T[]> =>
	(value): value is T[] =>
		Array.isArray(value) && value.every(check);

/** An object with at least these fields. */
export const shape =
	<T extends object>(fields: { [K in keyof T]-?: Check<T[K]> }): Check<T> =>
	(value): value is T => {
		if (typeof value !== 'object' || value === null) return false;
		for (const name in fields) if (!fields[name](Reflect.get(value, name))) return false;
		return true;
	};

export const isAttachments = listOf(
	shape<SupportAttachment>({
		id: isText,
		path: isText,
		name: isText,
		mime_type: isText,
		size_bytes: isCount,
		width: orNull(isCount),
		height: orNull(isCount),
	}),
);

export const isMessage = shape<SupportMessage>({
	id: isText,
	chat_id: isText,
	seq: isCount,
	content: isText,
	attachments: orNull(isAttachments),
	sender_type: isSender,
	sender_id: orNull(isText),
	sender_name: orNull(isText),
	conversation_id: orNull(isText),
	read_at: orNull(isTime),
	created_at: isTime,
	updated_at: isTime,
});

export const isMessages = listOf(isMessage);
export const isSenderOrNull = orNull(isSender);
export const isTimeOrNull = orNull(isTime);

export const isChat = shape<SupportChat>({
	id: isText,
	user_id: isText,
	app_name: orNull(isText),
	last_seq: isCount,
	last_message_at: isTimeOrNull,
	admin_viewed_at: isTimeOrNull,
	unread_count: isCount,
	created_at: isTime,
	messages: isMessages,
});

export const isUnread = shape<SupportUnread>({
	chat_id: isText,
	unread_count: isCount,
	last_seq: isCount,
	awaiting_answer: isFlag,
});

export const isReceipt = shape<SupportReadReceipt>({
	up_to_seq: isCount,
	read_at: isTimeOrNull,
	unread_count: isCount,
});

/** Broadcasts on `support_chat:<id>`, by event. */
export const isNewMessage = shape<{ message: SupportMessage }>({ message: isMessage });
export const isMessagesRead = shape<{ up_to_seq: number; read_at: string }>({
	up_to_seq: isCount,
	read_at: isTime,
});
export const isChatUpdated = shape<{ admin_viewed_at: string | null }>({
	admin_viewed_at: isTimeOrNull,
});

const isShortText = (value: unknown): value is string => isText(value) && value.length <= 80;

export const isTyping = shape<TypingMessage>({
	chat_id: isShortText,
	sender_id: isShortText,
	name: orNull(isShortText),
	typing: isFlag,
});
