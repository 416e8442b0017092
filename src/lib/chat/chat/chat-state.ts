import type { ChatClient } from '../client';
import type { UserOutbox } from '../outbox/user-outbox';
import type { ChatMessage } from './chat-messages';
import type { ActivityPolicy } from '../sync/activity-policy';
import type { ChatFeed } from '../sync/chat-feed';
import type { ChatSync } from '../sync/chat-sync';
import type { ReadReceipts } from './read-receipts';
import { EMPTY, type LoadedChat, type ChatState } from './chat-types';
import type { ChatRole, SenderType, SupportMessage } from '../types';

/** A stored message; `viewedAt` is when an agent last viewed the chat. */
function storedMessage(
	row: SupportMessage,
	ownSender: SenderType,
	viewedAt: string | null,
): ChatMessage {
	const own = row.sender_type === ownSender;
	const viewed = viewedAt !== null && Date.parse(row.created_at) <= Date.parse(viewedAt);
	const seen = own && (ownSender === 'user' ? viewed : row.read_at !== null);
	return { ...row, own, seen, status: 'sent', error: null };
}

/** State from server rendering. */
export function initialState(chat: LoadedChat, role: ChatRole): ChatState {
	const own = role === 'user' ? 'user' : 'admin';
	const messages = chat.messages.map((row) => storedMessage(row, own, chat.admin_viewed_at));
	const unread = 'unread_count' in chat ? chat.unread_count : 0;
	return { ...EMPTY, chat, messages, unread, loaded: true };
}

/** The parts of a chat that decide what is shown. */
export interface ChatParts {
	readonly client: ChatClient;
	readonly state: ChatState;
	readonly sync: ChatSync;
	readonly outbox: UserOutbox;
	readonly activity: ActivityPolicy;
	readonly readReceipts: ReadReceipts;
	readonly feed: ChatFeed;
}

/** The state that follows from the present rows and unsent messages; `chatId` is null for a customer's own chat. */
export function presentState(
	parts: ChatParts,
	chatId: string | null,
	own: SenderType,
): Partial<ChatState> {
	const { sync, activity, readReceipts, feed } = parts;
	const { loaded, unread } = parts.state;
	const { log } = sync;
	const isCounted = loaded && feed.active && own === 'user';
	const unreadHere = log.unread.filter((row) => row.seq > readReceipts.readTo).length;
	// Show just-sent messages before the first page has loaded.
	const stored = storedMessages(sync, own, feed.live.catchingUp).filter(
		(message) => loaded || message.own,
	);
	return {
		chat: sync.chat,
		messages: [...stored, ...unsentMessages(parts, chatId, own)],
		hasOlder: log.hasOlder,
		awaitingAnswer: activity.awaitingAnswer,
		unread: isCounted ? unreadHere + sync.unreadBefore : unread,
	};
}

/** Stored messages as far as they may be shown. */
function storedMessages(
	{ log, chat }: ChatSync,
	own: SenderType,
	catchingUp: boolean,
): ChatMessage[] {
	// Hide messages after a gap until the gap is filled or is known to be final, so that the log does not jump.
	const mustWait = log.hasGap && catchingUp;
	return log.rows
		.filter((row) => !mustWait || row.seq <= log.knownTo || row.sender_type === own)
		.map((row) => storedMessage(row, own, chat?.admin_viewed_at ?? null));
}

/** Messages written here that are not known to be stored. */
function unsentMessages(
	{ outbox, sync, client: { clock, environment } }: ChatParts,
	chatId: string | null,
	own: SenderType,
): ChatMessage[] {
	const clockError = clock.now() - environment.now();
	return outbox.messages
		.ofChat(chatId)
		.filter(({ id }) => !sync.log.has(id) && !outbox.composed.has(id))
		.map((message) => ({
			...{ id: message.id, content: message.content, attachments: message.attachments },
			...{ seq: null, read_at: null, isUploading: message.held.length > 0 },
			...{ sender_type: own, sender_id: null, sender_name: null, own: true, seen: false },
			created_at: new Date(message.writtenAt + clockError).toISOString(),
			...outbox.sender.statusOf(message),
		}));
}
