import type { Announcer } from './announcer';
import { ownSender } from './thread-messages';
import type { ThreadSync } from './thread-sync';
import type { ThreadOptions } from './thread-types';

/** Finds out which messages of the other side are news, and hands them to sound and notification. */
export class ThreadNews {
	/** Up to here everything is known or was announced; null until the first page is there. */
	#knownTo: number | null = null;

	constructor(
		private readonly announcer: Announcer,
		private readonly sync: ThreadSync,
		private readonly options: Pick<ThreadOptions, 'role' | 'onNewMessages'>,
	) {}

	/** New rows may be there; only what has nothing missing before it is announced, so that none is passed over. */
	look(): void {
		const { log, chatId } = this.sync;
		if (chatId === null) return;
		if (this.#knownTo === null) {
			// What is there when the chat opens is no news.
			this.announcer.skipTo(chatId, log.knownTo);
			this.#knownTo = log.knownTo;
			return;
		}
		const since = this.#knownTo;
		this.#knownTo = Math.max(since, log.knownTo);
		const { role, onNewMessages } = this.options;
		if (!onNewMessages) return;
		const own = ownSender(role);
		const news = log.rows.filter(
			(row) =>
				row.seq > since &&
				row.seq <= log.knownTo &&
				row.sender_type !== own &&
				row.read_at === null,
		);
		if (news.length > 0) void this.announcer.announce(chatId, news, onNewMessages);
	}

	/** Another chat takes the place of a deleted one. */
	reset(): void {
		this.#knownTo = null;
	}
}
