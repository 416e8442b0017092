import type { ChatApi } from './chat-api';
import type { Result } from '../errors';
import {
	isCount,
	isFlag,
	isMessage,
	isMessages,
	isSenderOrNull,
	isStatus,
	isText,
	isTimeOrNull,
	listOf,
	orNull,
	shape,
	type Check,
} from './guards';
import { PAGE_SIZE } from '../limits';
import type {
	AdminNotificationMessage,
	AdminSupportChat,
	InboxView,
	SupportChatListItem,
	SupportInboxCounts,
	SupportMessage,
} from '../types';

/** The last row of the page before: where the next one begins. */
export interface InboxCursor {
	last_message_at: string | null;
	id: string;
}

export const isListItem = shape<SupportChatListItem>({
	id: isText,
	user_id: isText,
	user_email: orNull(isText),
	user_name: orNull(isText),
	last_message_at: isTimeOrNull,
	last_message_preview: orNull(isText),
	last_message_sender: isSenderOrNull,
	message_count: isCount,
	unread: isFlag,
	archived: isFlag,
	created_at: isText,
	admin_viewed_at: isTimeOrNull,
	conversation_id: orNull(isText),
	conversation_status: orNull(isStatus),
	agent_id: orNull(isText),
	agent_name: orNull(isText),
	waiting_since: isTimeOrNull,
	priority: orNull(isCount),
});

const isCounts = shape<SupportInboxCounts>({
	active: isCount,
	archived: isCount,
	unread: isCount,
	mine: orNull(isCount),
	waiting: orNull(isCount),
	open: orNull(isCount),
});
const isOpenChat = shape<{ chat: SupportChatListItem; messages: SupportMessage[] }>({
	chat: isListItem,
	messages: isMessages,
});

/** Calls for agents only; the database checks each again. */
export class AgentApi {
	constructor(private readonly api: ChatApi) {}

	/** A page of 50, newest first. */
	listChats(query: {
		view: InboxView;
		search: string;
		before: InboxCursor | null;
	}): Promise<Result<SupportChatListItem[]>> {
		const { view, search, before } = query;
		const page = { p_before: before, p_limit: PAGE_SIZE };
		// The two views that every version of the database has need no name.
		const byName = view === 'active' || view === 'archived' ? {} : { p_view: view };
		const args = { p_archived: view === 'archived', p_search: search || null, ...page, ...byName };
		return this.api.rpc('list_support_chats', args, listOf(isListItem));
	}

	/** The chat with its newest messages. */
	async getChat(chatId: string, as?: string): Promise<Result<AdminSupportChat>> {
		const args = { p_chat_id: chatId };
		const { data, error } = await this.api.row('get_support_chat', args, isOpenChat, as);
		return error ? { data, error } : { data: { ...data.chat, messages: data.messages }, error };
	}

	markViewed(chatId: string, as?: string): Promise<Result<SupportChatListItem>> {
		return this.api.row('mark_support_chat_viewed', { p_chat_id: chatId }, isListItem, as);
	}

	setArchived(chatId: string, archived: boolean): Promise<Result<SupportChatListItem>> {
		const name = archived ? 'archive_support_chat' : 'unarchive_support_chat';
		return this.api.row(name, { p_chat_id: chatId }, isListItem);
	}

	getCounts(): Promise<Result<SupportInboxCounts>> {
		return this.api.row('get_support_inbox_counts', {}, isCounts);
	}
}

const isNewUserMessage: Check<Extract<AdminNotificationMessage, { type: 'new_user_message' }>> =
	shape({
		type: (value): value is 'new_user_message' => value === 'new_user_message',
		chat_id: isText,
		user_email: orNull(isText),
		message: isMessage,
		chat: orNull(isListItem),
	});
const isInboxUpdated: Check<Extract<AdminNotificationMessage, { type: 'chat_updated' }>> = shape({
	type: (value): value is 'chat_updated' => value === 'chat_updated',
	chat_id: isText,
	chat: isListItem,
});

/** A broadcast on `admin_support_notifications`. */
export const isAdminNotification = (payload: unknown): payload is AdminNotificationMessage =>
	isNewUserMessage(payload) || isInboxUpdated(payload);
