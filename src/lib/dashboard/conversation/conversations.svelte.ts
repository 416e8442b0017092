import type {
	ChatError,
	ConversationMove,
	Result,
	AgentClient,
	SupportChatListItem,
	TeamConversation,
	ChatMessage,
} from '$chat';
import { SerialRunner } from '$chat/sync/serial-runner';

/** The inbox row's conversation; any change of it triggers a reload. */
const stateKey = (row: SupportChatListItem): string =>
	JSON.stringify([row.conversation_id, row.conversation_status, row.agent_id, row.priority]);
/** The inbox row's message data. */
const progressKey = (row: SupportChatListItem): string =>
	JSON.stringify([row.last_message_at, row.admin_viewed_at, row.message_count, row.archived]);

/** As much of a conversation as it takes to act on it. */
export type ConversationState = ConversationMove &
	Pick<TeamConversation, 'agent_name' | 'priority' | 'ended_at' | 'ended_by' | 'rating'>;

function stateOf(row: SupportChatListItem): ConversationState | null {
	const { conversation_id, conversation_status, agent_id, agent_name, priority } = row;
	if (!conversation_id || !conversation_status) return null;
	return {
		...{ id: conversation_id, chat_id: row.id, status: conversation_status },
		...{ agent_id: agent_id ?? null, agent_name: agent_name ?? null, priority: priority ?? 0 },
		...{ ended_at: null, ended_by: null, rating: null },
	};
}

/**
 * The conversations of one chat, as the database has them, and an agent's actions on the newest. Nothing is
 * assumed: after each action, successful or refused, the state is loaded at once.
 */
export class Conversations {
	/** Newest first; empty until loaded. */
	list: TeamConversation[] = $state.raw([]);
	loaded = $state(false);
	loadError: ChatError | null = $state.raw(null);
	/** An action is on its way. */
	busy = $state(false);
	readonly #client: AgentClient;
	readonly #chatId: string;
	#row: SupportChatListItem;
	readonly #first: ConversationState | null;
	readonly #runner = new SerialRunner({ run: () => this.#load() });
	#stopped = false;

	constructor(client: AgentClient, row: SupportChatListItem) {
		this.#client = client;
		this.#chatId = row.id;
		this.#row = row;
		this.#first = stateOf(row);
	}

	/** The newest one, open or ended; null where there never was one. Until it is loaded, its fields come from the inbox row. */
	get current(): ConversationState | null {
		return this.loaded ? this.newest : this.#first;
	}

	/** The newest one, with all known fields. */
	get newest(): TeamConversation | null {
		return this.list[0] ?? null;
	}

	/** The newest one, if it is open. */
	get open(): ConversationState | null {
		return this.current && this.current.status !== 'ended' ? this.current : null;
	}

	get earlier(): TeamConversation[] {
		return this.list.slice(1);
	}

	stop(): void {
		this.#stopped = true;
	}

	/** A row of the inbox arrived (null: rows may have been missed). A row that only has a new message causes no load. */
	handleRow(row: SupportChatListItem | null): void {
		if (row === null) return void this.refresh();
		if (row.id !== this.#chatId) return;
		const isMessage = progressKey(row) !== progressKey(this.#row);
		const isMove = stateKey(row) !== stateKey(this.#row);
		this.#row = row;
		// A row without a change is sent for something that rows do not have, such as a rating.
		if (isMove || !isMessage) void this.refresh();
	}

	/** A message arrived: of a conversation that is not known yet, or a reply, which takes a waiting one. */
	handleMessage({ conversation_id, own }: Pick<ChatMessage, 'conversation_id' | 'own'>): void {
		const { current } = this;
		const isOther = conversation_id != null && conversation_id !== current?.id;
		if (isOther || (own && current?.status === 'waiting')) void this.refresh();
	}

	/** Reloads the conversations; a call during a reload causes one more. */
	refresh(): Promise<void> {
		return this.#runner.request();
	}

	take(id: string): Promise<ChatError | null> {
		return this.#act(() => this.#client.team.take(id));
	}

	transfer(id: string, agentId: string): Promise<ChatError | null> {
		return this.#act(() => this.#client.team.transfer(id, agentId));
	}

	release(id: string): Promise<ChatError | null> {
		return this.#act(() => this.#client.team.release(id));
	}

	end(id: string): Promise<ChatError | null> {
		return this.#act(() => this.#client.team.end(id));
	}

	setPriority(id: string, priority: number): Promise<ChatError | null> {
		return this.#act(() => this.#client.team.setPriority(id, priority));
	}

	async #act(call: () => Promise<Result<ConversationMove>>): Promise<ChatError | null> {
		this.busy = true;
		const { error } = await call();
		await this.refresh();
		this.busy = false;
		return error;
	}

	async #load(): Promise<boolean> {
		const { data, error } = await this.#client.team.listConversations(this.#chatId);
		if (this.#stopped) return false;
		this.loadError = error;
		if (data) {
			this.list = data;
			this.loaded = true;
		}
		return true;
	}
}
