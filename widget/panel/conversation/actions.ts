import type { CustomerConversation, Result, SupportConversation } from '$chat';
import { isConversation } from '$chat/conversation/conversation-types';
import { listOf } from '$chat/api/guards';

const isConversations = listOf(isConversation);
/** The number of earlier conversations in a page. */
export const HISTORY_PAGE = 20;

/** Errors: `support_conversation_not_found`, `support_bad_transition` (it has ended already). */
export const endConversation = (
	conversation: CustomerConversation,
	id: string,
): Promise<Result<unknown>> =>
	conversation.act('end_support_conversation', { p_conversation_id: id });

/** `stars` from 1 to 5, a comment of at most 1,000 characters; once. Errors: `support_already_rated` … */
export const rateConversation = (
	conversation: CustomerConversation,
	id: string,
	stars: number,
	comment: string,
): Promise<Result<unknown>> =>
	conversation.act('rate_support_conversation', {
		p_conversation_id: id,
		p_rating: stars,
		p_feedback: comment.trim() || null,
	});

/** Hides or erases an ended conversation, as the settings say. Errors: `support_forbidden` when they say neither. */
export const deleteConversation = (
	conversation: CustomerConversation,
	id: string,
): Promise<Result<unknown>> =>
	conversation.act('delete_support_conversation', { p_conversation_id: id });

/** The customer's conversations, the newest first; `before` is when the last known one began. */
export const listConversations = (
	conversation: CustomerConversation,
	before: string | null,
): Promise<Result<SupportConversation[]>> =>
	conversation.list(
		'list_support_conversations',
		{ p_before: before, p_limit: HISTORY_PAGE },
		isConversations,
	);
