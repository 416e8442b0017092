import type { ChatApi } from './chat-api';
import type { Result } from '../errors';
import {
	isAnything,
	isCount,
	isFlag,
	isStatus,
	isText,
	isTime,
	isTimeOrNull,
	listOf,
	orNull,
	shape,
} from './guards';
import type {
	AgentNotice,
	Colleague,
	ConversationEnd,
	ConversationMove,
	OwnRow,
	TeamConversation,
	TeamMember,
} from './team-types';

const STATE = {
	id: isText,
	chat_id: isText,
	status: isStatus,
	agent_id: orNull(isText),
};
const isState = shape<ConversationMove>(STATE);
const isEnd = (value: unknown): value is ConversationEnd =>
	value === 'user' || value === 'staff' || value === 'inactivity' || value === 'archive';
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isConversation = shape<TeamConversation>({
	...STATE,
	priority: isCount,
	agent_name: orNull(isText),
	started_at: isText,
	accepted_at: isTimeOrNull,
	first_response_at: isTimeOrNull,
	ended_at: isTimeOrNull,
	ended_by: orNull(isEnd),
	rating: orNull(isCount),
	feedback: orNull(isText),
	page: orNull(isText),
	user_snapshot: isObject,
	user_deleted_at: isTimeOrNull,
});
const isOwnRow = shape<OwnRow>({
	user_id: isText,
	available: isFlag,
	max_active: orNull(isCount),
});
const isMember = shape<TeamMember>({
	user_id: isText,
	display_name: isText,
	available: isFlag,
	online: isFlag,
	max_active: orNull(isCount),
	active_conversations: isCount,
});

export const isAgentNotice = shape<AgentNotice>({
	id: isText,
	chat_id: isText,
	conversation_id: isText,
	user_email: orNull(isText),
	preview: orNull(isText),
	note: orNull(isText),
	created_at: isTime,
});

export const isColleague = shape<Colleague>({
	user_id: isText,
	name: isText,
	chat_id: orNull(isText),
});

/** How many earlier conversations of a chat are requested. */
const HISTORY = 50;

/** Agents' actions on conversations and on their own availability; the database checks each call again. */
export class TeamApi {
	constructor(private readonly api: ChatApi) {}

	/** Newest first, at most 50. */
	listConversations(chatId: string): Promise<Result<TeamConversation[]>> {
		const args = { p_chat_id: chatId, p_limit: HISTORY };
		return this.api.rpc('list_support_conversations', args, listOf(isConversation));
	}

	/** One of many callers wins; refused with `support_already_taken`, `support_agent_limit`. */
	take(id: string): Promise<Result<ConversationMove>> {
		return this.#move('take_support_conversation', id);
	}

	/** Assigns it to an agent; fails with `support_agent_limit` or `support_agent_not_found`. */
	transfer(id: string, agentId: string): Promise<Result<ConversationMove>> {
		return this.#move('transfer_support_conversation', id, { p_agent_id: agentId });
	}

	/** Back to the queue: one's own, or as an admin anyone's. */
	release(id: string): Promise<Result<ConversationMove>> {
		return this.#move('release_support_conversation', id);
	}

	end(id: string): Promise<Result<ConversationMove>> {
		return this.#move('end_support_conversation', id);
	}

	/** 0 is ordinary, 9 the most urgent. */
	setPriority(id: string, priority: number): Promise<Result<ConversationMove>> {
		return this.#move('escalate_support_conversation', id, { p_priority: priority });
	}

	listAgents(): Promise<Result<TeamMember[]>> {
		return this.api.rpc('list_support_agents', {}, listOf(isMember));
	}

	/** The caller's own notices after a time (ISO 8601), oldest first, at most 100. */
	listNotices(after: string): Promise<Result<AgentNotice[]>> {
		return this.api.rpc('list_support_notices', { p_after: after }, listOf(isAgentNotice));
	}

	/** The agents who are online, and the chat that each views. */
	listPresence(): Promise<Result<Colleague[]>> {
		return this.api.rpc('list_support_presence', {}, listOf(isColleague));
	}

	/** Reports which chat the caller views, or none. */
	setPresence(chatId: string | null): Promise<Result<unknown>> {
		return this.api.rpc('set_support_presence', { p_chat_id: chatId }, isAnything);
	}

	/** Reports that a dashboard of the caller is open; due every 30 seconds. */
	beat(): Promise<Result<OwnRow>> {
		return this.api.row('support_heartbeat', {}, isOwnRow);
	}

	setAvailable(available: boolean): Promise<Result<OwnRow>> {
		return this.api.row('set_support_availability', { p_available: available }, isOwnRow);
	}

	#move(name: string, id: string, rest: object = {}): Promise<Result<ConversationMove>> {
		return this.api.row(name, { p_conversation_id: id, ...rest }, isState);
	}
}
