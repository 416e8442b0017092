import type { ConversationStatus } from '../types';

/** Who or what ended a conversation. */
export type ConversationEnd = 'user' | 'staff' | 'inactivity' | 'archive';

/** The result of moving a conversation: enough to know its new state. */
export interface ConversationMove {
	id: string;
	chat_id: string;
	status: ConversationStatus;
	agent_id: string | null;
}

/** One conversation of a chat, a row of `list_support_conversations()`. */
export interface TeamConversation extends ConversationMove {
	agent_name: string | null;
	/** 0 is ordinary, 9 the most urgent. */
	priority: number;
	started_at: string;
	accepted_at: string | null;
	first_response_at: string | null;
	ended_at: string | null;
	ended_by: ConversationEnd | null;
	/** 1 to 5, once it has ended and the customer rated it. */
	rating: number | null;
	feedback: string | null;
	/** Where the customer was; untrusted. */
	page: string | null;
	/** The page's own statements about itself and the customer; untrusted. */
	user_snapshot: object;
	/** The customer does not see it any more. */
	user_deleted_at: string | null;
}

/** One agent, a row of `list_support_agents()`. */
export interface TeamMember {
	user_id: string;
	display_name: string;
	/** The agent's own choice; an agent who is away is assigned nothing. */
	available: boolean;
	/** A dashboard of this agent has sent a heartbeat lately. */
	online: boolean;
	/** The agent's own limit of active conversations; null uses the setting. */
	max_active: number | null;
	active_conversations: number;
}

/**
 * A notice for the caller alone: a conversation was assigned to them, or an agent asks for their help with a
 * note.
 */
export interface AgentNotice {
	id: string;
	chat_id: string;
	conversation_id: string;
	user_email: string | null;
	/** The chat's newest message. */
	preview: string | null;
	note: string | null;
	created_at: string;
}

/** The caller's own row, as heartbeats return it. */
export type OwnRow = Pick<TeamMember, 'user_id' | 'available' | 'max_active'>;

/** An agent with an open dashboard, and the chat they view, according to the database. */
export interface Colleague {
	user_id: string;
	name: string;
	chat_id: string | null;
}
