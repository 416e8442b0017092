import {
	isCount,
	isFlag,
	isStatus,
	isText,
	isTimeOrNull,
	listOf,
	orNull,
	shape,
	type Check,
} from '../api/guards';
import type { ConversationStatus } from '../types';

/** The customer's conversation, from `support_status()`. */
export interface SupportConversation {
	id: string;
	status: ConversationStatus;
	/** Who has it, or had it at the end. */
	agent_name: string | null;
	started_at: string | null;
	ended_at: string | null;
	/** `user`, `staff`, `inactivity` or `archive`. */
	ended_by: string | null;
	/** 1 to 5; null until rated. */
	rating: number | null;
}

/** How customers may delete ended conversations: not at all, hidden for themselves, erased for all. */
export type HistoryDeletion = 'off' | 'hide' | 'erase';

/** The result of `support_status()`: who is online, the caller's conversation, and the customer's options. */
export interface SupportStatus {
	/** An agent is available at this moment. */
	agents_online: boolean;
	/** It is within business hours. */
	open: boolean;
	/** When business hours begin again; null while they last, or when there is no such time. */
	opens_at: string | null;
	expected_reply_minutes: number | null;
	/** Replies that stay unread are also sent by email. */
	emails_answers: boolean;
	/** The open one, or else the last one. */
	conversation: SupportConversation | null;
	/** From 1; null unless it waits. */
	queue_position: number | null;
	/** The customer may write before an agent has joined. */
	message_before_accept: boolean;
	allow_view_history: boolean;
	delete_history: HistoryDeletion;
	/** Allowed attachments: these types, up to this size. No types means no attachments. */
	upload_types?: string[] | null;
	max_upload_mb?: number | null;
	/** The caller is of the team. */
	is_staff: boolean;
}

const isDeletion: Check<HistoryDeletion> = (value): value is HistoryDeletion =>
	value === 'off' || value === 'hide' || value === 'erase';

export const isConversation = shape<SupportConversation>({
	id: isText,
	status: isStatus,
	agent_name: orNull(isText),
	started_at: isTimeOrNull,
	ended_at: isTimeOrNull,
	ended_by: orNull(isText),
	rating: orNull(isCount),
});

export const isSupportStatus = shape<SupportStatus>({
	agents_online: isFlag,
	open: isFlag,
	opens_at: isTimeOrNull,
	expected_reply_minutes: orNull(isCount),
	emails_answers: isFlag,
	conversation: orNull(isConversation),
	queue_position: orNull(isCount),
	message_before_accept: isFlag,
	allow_view_history: isFlag,
	delete_history: isDeletion,
	upload_types: orNull(listOf(isText)),
	max_upload_mb: orNull(isCount),
	is_staff: isFlag,
});
