import type { ChatMessage, Translator } from '../../index';

/** A reader's names for the people in a chat. */
export interface Reader {
	side: 'user' | 'admin';
	/** Agents: the reader, so that only the reader's own messages are from "You". */
	selfId?: string | undefined;
	/** Agents: the customer's name. */
	customerName?: string | undefined;
	/** The name of agents without a name; by default the catalogue's text. */
	teamName?: string | undefined;
}

/** The sender's name, as the reader knows it. */
export function senderName(message: ChatMessage, reader: Reader, t: Translator): string {
	const { side, selfId, customerName, teamName } = reader;
	if (message.sender_type === 'system') return t.text('message.system');
	if (message.sender_type === 'user')
		return side === 'user' ? t.text('message.you') : (customerName ?? t.text('message.customer'));
	const isSelf = side === 'admin' && (!message.sender_id || message.sender_id === selfId);
	if (isSelf) return t.text('message.you');
	return message.sender_name ?? teamName ?? t.text('message.team');
}
