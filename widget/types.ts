/** The host page's options, as `SupportChat.init({ … })` or as `data-…` attributes. */
export interface SupportChatOptions {
	/** The project's address, such as `https://abcdefgh.supabase.co`. */
	supabaseUrl: string;
	/** The publishable (or legacy anon) key. A secret key is refused. */
	publishableKey: string;
	/** The page's own supabase-js client; its session is the customer's identity. */
	client?: HostClient | undefined;
	/** Returns the customer's access token, or null when signed out. */
	accessToken?: (() => Promise<string | null>) | undefined;
	/** Where the page's client keeps its session, if not at supabase-js's default key. */
	storageKey?: string | undefined;
	/** A BCP 47 tag; by default the page's `lang`, then the browser's language. */
	locale?: string | undefined;
	/** Any CSS colour; made darker or lighter until it can be seen and text on it can be read. */
	accent?: string | undefined;
	/** The corner: by default right, or left on a right-to-left page. */
	position?: 'left' | 'right' | (string & {}) | undefined;
	/** The panel's heading; by default a text of the locale. */
	title?: string | undefined;
	/** Greets who has not written yet. */
	welcome?: string | undefined;
	/** By default as the page looks, and again when that changes. */
	scheme?: 'auto' | 'light' | 'dark' | (string & {}) | undefined;
	/** `inline` puts the chat, open, into a place of the page's own instead of a corner. */
	mode?: 'inline' | (string & {}) | undefined;
	/** With `inline`, a selector of that place; by default a `<support-chat>` element that the page has written. */
	target?: string | undefined;
	/** A selector of the page's own button, which replaces the round one. */
	launcher?: string | undefined;
	/** The app's facts about the customer or the page: stored with a new conversation, for the team to see. */
	context?: Record<string, unknown> | undefined;
	/** Shows the unread count in the page's title while the chat is closed. Off by default. */
	titleCount?: boolean | string | undefined;
	/** A sound for new replies, unless the customer mutes it. On by default. */
	sound?: boolean | string | undefined;
	/** Where the customer signs in; shown as a link to signed-out customers. */
	signInUrl?: string | undefined;
}

/** The part of a supabase-js client that the widget uses. */
export interface HostClient {
	auth: {
		getSession(): Promise<{
			data: { session: { access_token: string } | null };
			error?: unknown;
		}>;
		refreshSession(): Promise<{
			data: { session: { access_token: string } | null };
			error?: unknown;
		}>;
		onAuthStateChange(callback: (event: string, session: unknown) => void): {
			data: { subscription: { unsubscribe(): void } };
		};
	};
}

/** A message, as events carry it. */
export interface SupportChatMessage {
	id: string;
	sender: 'user' | 'admin' | 'system';
	content: string;
	/** ISO 8601. */
	createdAt: string;
}

/** A conversation, as events carry it. */
export interface SupportChatConversation {
	id: string;
	/** `user`, `staff`, `inactivity` or `archive`; null while it is open. */
	endedBy: string | null;
	/** 1 to 5; null until it is rated. */
	rating: number | null;
}

/**
 * Events a page may listen to, with their details: by `on`, or as `CustomEvent`s named `support-chat:<event>` on the
 * `<support-chat>` element, from which they bubble.
 */
export interface SupportChatEvents {
	open: undefined;
	close: undefined;
	/** The number of unread replies. */
	unread: { count: number };
	/** The number of the customer's messages that are not sent yet changed. */
	unsent: { count: number };
	/** A message of the other side. Without a text, `content` names its files. */
	message: SupportChatMessage;
	/** The customer's message is stored. */
	sent: SupportChatMessage;
	'conversation-started': SupportChatConversation;
	'conversation-ended': SupportChatConversation;
	'conversation-rated': SupportChatConversation;
	error: { code: string; message: string };
}

export type SupportChatEvent = keyof SupportChatEvents;
export type SupportChatListener<E extends SupportChatEvent> = (
	detail: SupportChatEvents[E],
) => void;

/** `window.SupportChat`, and the result of `mountSupportChat`. */
export interface SupportChatApi {
	/** Puts the widget on the page; has no effect while it is there. */
	init(options: SupportChatOptions): void;
	open(): void;
	close(): void;
	toggle(): void;
	/** Removes the widget and everything that belongs to it from the page; `init` may follow. */
	destroy(): void;
	/** Returns a function that stops listening. */
	on<E extends SupportChatEvent>(event: E, listener: SupportChatListener<E>): () => void;
	off<E extends SupportChatEvent>(event: E, listener: SupportChatListener<E>): void;
}

type DomEvents = {
	[E in SupportChatEvent as `support-chat:${E}`]: CustomEvent<SupportChatEvents[E]>;
};

declare global {
	// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- adds to what the DOM has
	interface HTMLElementEventMap extends DomEvents {}
	interface Window {
		SupportChat?: SupportChatApi;
	}
}
