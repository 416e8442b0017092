/**
 * The chat core: everything that the widget and the dashboard share. No SvelteKit, no supabase-js.
 * Start with `createChatClient` (customers) or `createStaffClient`, then one `ChatThread` per chat, one `ChatInbox` per inbox.
 */
export {
	createChatClient,
	createStaffClient,
	type ChatClient,
	type ChatClientOptions,
	type StaffClient,
} from './client';
export { ChatApi, type AccessTokenSource } from './api';
export { UnsentMessages, type UnsentItem } from './outbox/unsent-messages.svelte';
export { ChatThread } from './thread.svelte';
export { Attaching } from './attaching.svelte';
export { initialState } from './thread-screen';
export { hasFiles, messageText } from './thread-messages';
export type { ThreadMessage } from './thread-messages';
export type { SendOutcome, ThreadChat, ThreadOptions, ThreadState } from './thread-types';
export { ChatInbox, type InboxMessage, type InboxOptions, type InboxWatcher } from './inbox.svelte';
export { CustomerConversation, type CustomerConversationOptions } from './conversation.svelte';
export { conversationContext, type PageContext } from './conversation-context';
export type { HistoryDeletion, SupportConversation, SupportStatus } from './conversation-types';
export type { ChatEnvironment } from './environment';
export type { ChatError, ChatErrorCode, ErrorClass, Result } from './errors';
export { ATTACHMENTS_MAX, MESSAGE_MAX_CHARACTERS, PAGE_SIZE } from './limits';
export { cleanText, countCharacters, isBlank, truncate } from './text';
export { loadCatalogue, pickLocale, type Locale } from './i18n/load';
export { createTranslator, type Translator } from './i18n/translate';
export { createFormatter, createTimes, type Formatter, type Times } from './format';
export type * from './types';
export type * from './team-types';
