import type { SupportChatApi, SupportChatOptions } from './types';

export type * from './types';

/**
 * Puts the widget on the page and returns its controls, which are also `window.SupportChat`: one page has one
 * widget. In the browser only; calling it again has no effect until `destroy()`.
 */
export declare function mountSupportChat(options: SupportChatOptions): SupportChatApi;
