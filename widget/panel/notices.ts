import type { ChatStore, CustomerConversation, Translator } from '$chat';
import { expectation } from '$chat/components/log/conversation-words';

/** The notice above the messages: no network, no agent online, or the expected reply time. */
export function noticeOf(
	store: ChatStore,
	conversation: CustomerConversation,
	t: Translator,
): string {
	if (store.signedOut) return '';
	return store.connection === 'offline'
		? t.text('offline.notice')
		: expectation(conversation.status, t);
}

/** Why nothing can be written now; empty when it can. A conversation that is yet to start has its own words beside it. */
export function reasonToWait(
	store: ChatStore,
	conversation: CustomerConversation,
	t: Translator,
): string {
	if (store.signedOut) return t.text('signedOut.title');
	if (!conversation.mustWait) return '';
	return conversation.isOpen ? t.error('support_conversation_waiting') : ' ';
}
