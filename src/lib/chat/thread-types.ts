import type { ChatError, ChatErrorCode } from './errors';
import type { LoadedChat } from './thread-sync';
import type { ThreadMessage } from './thread-messages';
import type {
	AdminSupportChat,
	ChatRole,
	ConnectionState,
	SupportChat,
	SupportMessage,
	SupportUnread,
} from './types';

export interface ThreadOptions {
	role: ChatRole;
	/** Staff: which chat. Customers have but one. */
	chatId?: string;
	/** What the server rendered already; spares the first request. */
	initial?: LoadedChat;
	/** What `getUnread()` said just now (null: no chat yet); spares that request. */
	badge?: SupportUnread | null;
	/** The name that "… is typing" shows to the other side. */
	selfName?: string;
	/**
	 * New messages of the other side: each message is handed over exactly once across all tabs.
	 * Return false when the sound could not be played here, so that another tab may.
	 */
	onNewMessages?: (messages: SupportMessage[]) => boolean | void | Promise<boolean | void>;
}

/** `accepted`: the bubble is there, the composer may be emptied. Otherwise the text stays, and `code` says why. */
export type SendOutcome =
	{ accepted: true; id: string } | { accepted: false; code: ChatErrorCode; characters: number };

/** The chat, without its messages. */
export type ThreadChat = Omit<SupportChat, 'messages'> | Omit<AdminSupportChat, 'messages'>;

/** What the engine shows; the reactive class is one. */
export interface ThreadView {
	chat: ThreadChat | null;
	messages: ThreadMessage[];
	loading: boolean;
	loaded: boolean;
	loadError: ChatError | null;
	hasOlder: boolean;
	loadingOlder: boolean;
	olderError: ChatError | null;
	connection: ConnectionState;
	unread: number;
	typing: { name: string | null } | null;
	gone: boolean;
	awaitingAnswer: boolean;
}
