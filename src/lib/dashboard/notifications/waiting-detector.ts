import type { AgentClient, SupportChatListItem } from '$chat';
import { Announcer } from '$chat/chat/announcer';
import { HIDDEN_WAITS } from './agent-notices';

/** A conversation that began to wait. */
export interface WorkItem {
	chat: SupportChatListItem;
	/** It came with a message, which has a sound and a desktop notification of its own. */
	withMessage: boolean;
}

const time = (iso: string | null | undefined): number => Date.parse(iso ?? '') || 0;
/** A message and the conversation that it opens come in one transaction. */
const TOGETHER = 5_000;
/** The conversation is broadcast before its first message, and may be assigned at the same moment. */
const SETTLES = 300;

/** Finds conversations that began to wait in the inbox's rows. Each is reported once across all tabs. */
export class WaitingDetector {
	readonly #known = new Map<string, SupportChatListItem>();
	readonly #announcer: Announcer;
	readonly #client: AgentClient;
	readonly #userId: string;
	readonly #onWaiting: (item: WorkItem) => void;
	/** Conversations that waited before this page opened are in its list. */
	readonly #since: number;

	constructor(client: AgentClient, userId: string, onWaiting: (item: WorkItem) => void) {
		this.#announcer = new Announcer(client.environment, `${client.storagePrefix}${userId}:work:`);
		this.#client = client;
		this.#userId = userId;
		this.#onWaiting = onWaiting;
		this.#since = client.clock.now();
	}

	/** Rows that are already there are not new. */
	setKnown(rows: readonly SupportChatListItem[]): void {
		for (const row of rows) this.#known.set(row.id, row);
	}

	/** Rows of a fresh load: differences are events whose broadcast was missed. */
	handleRows(rows: readonly SupportChatListItem[]): void {
		for (const row of rows) this.handleRow(row);
	}

	handleRow(row: SupportChatListItem): void {
		const before = this.#known.get(row.id);
		this.#known.set(row.id, row);
		if (!this.#beganToWait(row, before)) return;
		// Of several tabs, the visible one shows the alert.
		const { environment } = this.#client;
		const later = SETTLES + (environment.isVisible() ? 0 : HIDDEN_WAITS);
		environment.after(later, () => this.#announce(row.id, row.waiting_since));
	}

	#announce(chatId: string, since: string | null | undefined): void {
		const row = this.#known.get(chatId);
		if (row?.conversation_status !== 'waiting' || row.waiting_since !== since) return;
		const seq = time(since);
		const withMessage =
			row.last_message_sender === 'user' && time(row.last_message_at) > seq - TOGETHER;
		void this.#announcer.announce(`waits:${chatId}`, [{ seq }], () =>
			this.#onWaiting({ chat: row, withMessage }),
		);
	}

	#beganToWait(row: SupportChatListItem, before?: SupportChatListItem): boolean {
		if (row.conversation_status !== 'waiting') return false;
		// This agent gave it back.
		if (before?.agent_id === this.#userId) return false;
		if (!before) return time(row.waiting_since) > this.#since;
		return before.waiting_since !== row.waiting_since;
	}
}
