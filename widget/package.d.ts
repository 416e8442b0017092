import type { SupportChatApi, SupportChatOptions } from './types';

export type * from './types';

/**
 * Puts the widget on the page and answers what controls it, which is `window.SupportChat`, too: one page has one widget.
 * In the browser only; calling it again is without effect until `destroy()`.
 */
export declare function mountSupportChat(options: SupportChatOptions): SupportChatApi;
