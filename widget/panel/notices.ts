import type { ChatStore, CustomerConversation, Translator } from '$chat';
import { expectation } from '$chat/components/log/conversation-words';

/** The notice above the messages: no network, no agent online, or the expected reply time. */
export function noticeOf(
	store: ChatStore,
	conversation: CustomerConversation,
	t: Translator,
): string {
	if (store.state.signedOut) return '';
	return store.state.connection === 'offline'
		? t.text('offline.notice')
		: expectation(conversation.status, t);
}

/**
 * Why writing is disabled now; empty when enabled. A conversation that has yet to start has its own text next
 * to it.
 */
export function reasonToWait(
	store: ChatStore,
	conversation: CustomerConversation,
	t: Translator,
): string {
	if (store.state.signedOut) return t.text('signedOut.title');
	if (!conversation.mustWait) return '';
	return conversation.isOpen ? t.error('support_conversation_waiting') : ' ';
}
