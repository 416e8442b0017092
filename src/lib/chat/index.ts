/**
 * The chat core: everything that the widget and the dashboard share. No SvelteKit, no supabase-js.
 * Start with `createChatClient`, then one `ChatThread` per chat and one `ChatInbox` per inbox.
 */
export { createChatClient, type ChatClient, type ChatClientOptions } from './client';
export { createChatApi, type AccessTokenSource, type ChatApi } from './api';
export { ChatThread } from './thread.svelte';
export type { Activity } from './activity';
export type { ThreadMessage } from './thread-messages';
export type { SendOutcome, ThreadChat, ThreadOptions } from './thread-types';
export { ChatInbox, type InboxMessage, type InboxOptions, type InboxView } from './inbox.svelte';
export type { ChatEnvironment } from './environment';
export type { ChatError, ChatErrorCode, ErrorClass, Result } from './errors';
export { MESSAGE_MAX_CHARACTERS, PAGE_SIZE } from './limits';
export { cleanText, countCharacters, isBlank, tokenize, truncate, type TextToken } from './text';
export { loadCatalogue, pickLocale, type Locale } from './i18n/load';
export { createTranslator, type Translator } from './i18n/translate';
export { createFormatter, type Formatter } from './format';
export type * from './types';
