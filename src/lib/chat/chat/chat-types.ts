import type { ChatError, ChatErrorCode } from '../errors';
import type { ChatMessage } from './chat-messages';
import type {
	AdminSupportChat,
	ChatRole,
	ConnectionState,
	SupportChat,
	SupportMessage,
} from '../types';

export type LoadedChat = SupportChat | AdminSupportChat;

/** The chat, without its messages. */
export type ChatDetails = Omit<SupportChat, 'messages'> | Omit<AdminSupportChat, 'messages'>;

export interface ChatOptions {
	/** `agent` needs a client of `createAgentClient` and a `chatId`. */
	role: ChatRole;
	/** Agents: which chat. Customers have but one. */
	chatId?: string;
	/** State from server rendering; saves the first request. */
	initial?: LoadedChat;
	/** State until it starts, made by `initialState` from the same data. */
	shown?: ChatState;
	/**
	 * New messages of the other side: each message is handed over exactly once across all tabs.
	 * Return false when the sound could not be played here, so that another tab may.
	 */
	onNewMessages?: (messages: SupportMessage[]) => boolean | void | Promise<boolean | void>;
	/** A user is signed in: at first, another one, or again after a sign-out. */
	onSignedIn?: (userId: string) => void;
	/** A message was written here; it may still wait for its files. */
	onWritten?: () => void;
	/** A message written here is stored. */
	onSent?: (message: SupportMessage) => void;
	/** A broadcast on the chat's topic, after the store has handled it: a hint that something else changed. */
	onEvent?: (event: string) => void;
	/** All server data has arrived: load anything else that depends on the chat now. */
	onCaughtUp?: () => void;
}

/**
 * `accepted`: the bubble is shown, the composer may be emptied. Otherwise the text stays, and `code` gives the
 * reason.
 */
export type SendOutcome =
	{ accepted: true; id: string } | { accepted: false; code: ChatErrorCode; characters: number };

/** Everything there is to show of a chat. */
export interface ChatState {
	/** The chat without its messages; null until loaded. */
	chat: ChatDetails | null;
	/** Stored messages by `seq`, then the unsent ones as they were written. Key them by `id`. */
	messages: ChatMessage[];
	/** The first page is on its way. */
	loading: boolean;
	/** The first page is there (`messages` may still be empty). */
	loaded: boolean;
	/** Why the first page is not there. Passing trouble is tried again by itself; `reload()` tries now. */
	loadError: ChatError | null;
	hasOlder: boolean;
	loadingOlder: boolean;
	olderError: ChatError | null;
	/** The truth about the link, save for blinks of less than two seconds. `idle`: nothing is listened to. */
	connection: ConnectionState;
	/** Answers the customer has not read yet (0 for agents: theirs is `unread` of the inbox row). */
	unread: number;
	/** The other side is typing; null when not. */
	typing: { name: string | null } | null;
	/** Signed out, or the session ended: "Sign in to chat". Draft and unsent messages stay. */
	signedOut: boolean;
	/** Agents: the chat does not exist any more. */
	gone: boolean;
	/** The customer wrote within half an hour, so a reply is awaited. */
	awaitingAnswer: boolean;
}

export const EMPTY: ChatState = {
	chat: null,
	messages: [],
	loading: false,
	loaded: false,
	loadError: null,
	hasOlder: false,
	loadingOlder: false,
	olderError: null,
	connection: 'idle',
	unread: 0,
	typing: null,
	signedOut: false,
	gone: false,
	awaitingAnswer: false,
};
