/**
 * The chat core: everything that the widget and the dashboard share. No SvelteKit, no supabase-js.
 * Start with `createChatClient` (customers) or `createAgentClient`, then one `ChatStore` per chat, one `ChatInbox` per inbox.
 */
export {
	createChatClient,
	createAgentClient,
	type ChatClient,
	type ChatClientOptions,
	type AgentClient,
} from './client';
export { ChatApi, type AccessTokenSource } from './api/chat-api';
export { UnsentMessages, type UnsentItem } from './outbox/unsent-messages.svelte';
export { ChatStore } from './chat/chat-store.svelte';
export { AttachmentInput } from './upload/attachment-input.svelte';
export { initialState } from './chat/chat-state';
export { hasFiles, messageText } from './chat/chat-messages';
export type { ChatMessage } from './chat/chat-messages';
export type { SendOutcome, ChatDetails, ChatOptions, ChatState } from './chat/chat-types';
export {
	ChatInbox,
	type InboxMessage,
	type InboxOptions,
	type InboxWatcher,
} from './inbox/chat-inbox.svelte';
export {
	CustomerConversation,
	type CustomerConversationOptions,
} from './conversation/conversation.svelte';
export { conversationContext, type PageContext } from './conversation/conversation-context';
export type {
	HistoryDeletion,
	SupportConversation,
	SupportStatus,
} from './conversation/conversation-types';
export type { ChatEnvironment } from './environment';
export type { ChatError, ChatErrorCode, ErrorClass, Result } from './errors';
export { ATTACHMENTS_MAX, MESSAGE_MAX_CHARACTERS, PAGE_SIZE } from './limits';
export { cleanText, countCharacters, isBlank, truncate } from './text/text';
export { loadCatalogue, pickLocale, type Locale } from './i18n/load';
export { createTranslator, type Translator } from './i18n/translate';
export { createFormatter, createTimes, type Formatter, type Times } from './text/format';
export type * from './types';
export type * from './api/team-types';
