import type { StaffClient, SupportChatListItem } from '$lib/chat';
import { Announcer } from '../chat/announcer';

/** Something to do that no message told of. */
export interface WorkItem {
	kind: 'assigned' | 'waits';
	chat: SupportChatListItem;
}

const time = (iso: string | null | undefined): number => Date.parse(iso ?? '') || 0;
/** A message and the conversation that it opens come in one transaction. */
const TOGETHER = 5_000;

/**
 * Finds out from the inbox's rows which conversations were assigned to this agent, and which began to wait without a message
 * (a message has its own sound). Each is told once across all tabs.
 */
export class WorkNews {
	readonly #known = new Map<string, SupportChatListItem>();
	readonly #expected = new Set<string>();
	readonly #announcer: Announcer;
	readonly #userId: string;
	readonly #play: (item: WorkItem) => boolean | Promise<boolean>;

	constructor(
		client: StaffClient,
		userId: string,
		play: (item: WorkItem) => boolean | Promise<boolean>,
	) {
		this.#announcer = new Announcer(client.environment, `${client.storagePrefix}${userId}:work:`);
		this.#userId = userId;
		this.#play = play;
	}

	/** What is there already is no news. */
	knows(rows: readonly SupportChatListItem[]): void {
		for (const row of rows) this.#known.set(row.id, row);
	}

	/** This agent is about to take this chat's conversation: no news either. */
	expect(chatId: string): void {
		this.#expected.add(chatId);
	}

	/** Rows as a fresh look found them; of those known before, changes are news that nobody heard. */
	look(rows: readonly SupportChatListItem[]): void {
		for (const row of rows)
			if (this.#known.has(row.id)) this.heard(row);
			else this.#known.set(row.id, row);
	}

	heard(row: SupportChatListItem): void {
		const before = this.#known.get(row.id);
		this.#known.set(row.id, row);
		const kind = this.#kindOf(row, before);
		if (!kind) return;
		// Every tab computes the same number for the same event, and a later event has a greater one.
		const seq = Math.max(
			time(row.last_message_at),
			time(row.waiting_since),
			time(before?.waiting_since),
		);
		void this.#announcer.announce(`${kind}:${row.id}`, [{ seq }], () =>
			this.#play({ kind, chat: row }),
		);
	}

	#kindOf(row: SupportChatListItem, before?: SupportChatListItem): WorkItem['kind'] | null {
		if (row.conversation_status === 'active' && row.agent_id === this.#userId)
			return this.#expected.delete(row.id) || before?.agent_id === this.#userId ? null : 'assigned';
		if (row.conversation_status !== 'waiting') return null;
		const isKnown = before?.waiting_since === row.waiting_since;
		const isOwnRelease = before?.agent_id === this.#userId;
		const hasMessage =
			row.last_message_sender === 'user' &&
			time(row.last_message_at) > time(row.waiting_since) - TOGETHER;
		return isKnown || isOwnRelease || hasMessage ? null : 'waits';
	}
}
