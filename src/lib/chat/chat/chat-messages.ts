import type { ChatErrorCode } from '../errors';
import type { MessageStatus, SenderType, SupportAttachment } from '../types';

/** A message as a log shows it: a stored row, or an unsent one. Keyed by `id` for ever. */
export interface ChatMessage {
	id: string;
	/** Null until stored. */
	seq: number | null;
	content: string;
	attachments?: SupportAttachment[] | null;
	sender_type: SenderType;
	sender_id: string | null;
	sender_name: string | null;
	/** The conversation it belongs to. */
	conversation_id?: string | null;
	created_at: string;
	read_at: string | null;
	/** Written by this side (all agents are one side). */
	own: boolean;
	/** The other side has seen it (own messages only). */
	seen: boolean;
	status: MessageStatus;
	/** It waits for its own files, which are not on the server yet. */
	isUploading?: boolean;
	/** Why it waits or failed. */
	error: ChatErrorCode | null;
}

/** Whether there are files to show, in the log or beside the composer. */
export const hasFiles = (
	draft: readonly SupportAttachment[],
	messages: readonly ChatMessage[],
): boolean => draft.length > 0 || messages.some(({ attachments }) => attachments?.[0]);

/** A message in plain text; file names replace the files. */
export const messageText = ({
	content,
	attachments,
}: Pick<ChatMessage, 'content' | 'attachments'>): string =>
	content || (attachments ?? []).map(({ name }) => `📎 ${name}`).join('\n');
