import { Announcer } from '../chat/announcer';
import type { ChatClient } from '../client';
import type { SupportChatListItem, SupportMessage } from '../types';

/** A customer's message that just came in, for sound and notifications. */
export interface InboxMessage {
	chat_id: string;
	user_email: string | null;
	/** After a lost connection it may be only the newest of several, and `content` its preview. */
	message: Pick<SupportMessage, 'content' | 'created_at' | 'sender_type'>;
}

export type OnInboxMessage = (message: InboxMessage) => boolean | void | Promise<boolean | void>;

/** Reports each new customer message once, from whichever tab gets it first, by broadcast or catch-up. */
export class InboxMessageDetector {
	readonly #announcer: Announcer;
	/** Earlier messages are not new. */
	#since: number;

	constructor(
		client: ChatClient,
		userId: string,
		private readonly play: OnInboxMessage | undefined,
	) {
		this.#announcer = new Announcer(client.environment, `${client.storagePrefix}${userId}:inbox:`);
		this.#since = client.clock.now();
	}

	handleMessage(message: InboxMessage): void {
		const { play } = this;
		const seq = Date.parse(message.message.created_at);
		if (!play || Number.isNaN(seq)) return;
		void this.#announcer.announce(message.chat_id, [{ seq }], () => play(message));
	}

	/** Rows of the newest page: messages that arrived while the connection was lost. */
	handleRows(rows: readonly SupportChatListItem[]): void {
		const since = this.#since;
		for (const row of rows) {
			const at = Date.parse(row.last_message_at ?? '');
			if (row.last_message_sender !== 'user' || !row.unread || !(at > since)) continue;
			this.handleMessage({
				chat_id: row.id,
				user_email: row.user_email,
				message: {
					content: row.last_message_preview ?? '',
					created_at: row.last_message_at ?? '',
					sender_type: 'user',
				},
			});
			this.#since = Math.max(this.#since, at);
		}
	}
}
