import type { StoredText } from '$chat/session/find-sessions';
import type { CreateTokenSource } from './session/session-source';
import type { SupportChatEvent, SupportChatEvents, SupportChatOptions } from './types';

/** The loader's functions that the panel uses. */
export interface PanelContext {
	/** The wrapper in the shadow root; the panel puts its own element first in it. */
	root: HTMLElement;
	shadow: ShadowRoot;
	options: SupportChatOptions;
	locale: string;
	/** The signed-in user is known to be an agent. */
	isAgent: unknown;
	/** Aborts when the widget leaves the page. */
	signal: AbortSignal;
	/** The launcher's labels, closed and open, from the catalogue. */
	setNames(closed: string, open: string): void;
	setUnread(count: number): void;
	emit<E extends SupportChatEvent>(event: E, detail: SupportChatEvents[E]): void;
	close(): void;
	/** Modules that the loader has already, so that the panel's file does not contain them again. */
	applyTheme(root: HTMLElement, options: SupportChatOptions): void;
	watchSession(options: SupportChatOptions, changed: () => void, signal: AbortSignal): void;
	findSessions(key: string): StoredText[];
	peekToken(options: SupportChatOptions): Promise<string | null | undefined>;
}

/**
 * The panel's services for the chat and the link of the team. Its signal aborts when a user of another role
 * signs in.
 */
export interface RoleContext extends PanelContext {
	createTokenSource: CreateTokenSource;
}

/** The interface of the panel's chunk once it runs. */
export interface Panel {
	open(): void;
	close(): void;
	destroy(): void;
}

export interface PanelModule {
	/** Rejects when something that it needs cannot be fetched. */
	createPanel(context: PanelContext): Promise<Panel>;
}
