import type { Announcer } from './announcer';
import type { ChatSync } from '../sync/chat-sync';
import type { ChatOptions } from './chat-types';
import type { SenderType } from '../types';

/** Finds new messages of the other side, and passes them to sound and notification. */
export class NewMessageDetector {
	/** Up to here everything is known or was announced, in this chat. */
	#knownTo = 0;
	#chatId: string | null = null;
	readonly #announcer: Announcer;
	readonly #own: SenderType;
	readonly #play: ChatOptions['onNewMessages'];

	constructor(announcer: Announcer, own: SenderType, play: ChatOptions['onNewMessages']) {
		this.#announcer = announcer;
		this.#own = own;
		this.#play = play;
	}

	/** New rows may be there; only what has nothing missing before it is announced, so that none is passed over. */
	detect({ log, chatId }: ChatSync): void {
		if (chatId === null) return;
		const since = this.#knownTo;
		const isFirst = chatId !== this.#chatId;
		this.#chatId = chatId;
		this.#knownTo = isFirst ? log.knownTo : Math.max(since, log.knownTo);
		// Messages present when the chat opens are not new.
		if (isFirst) return this.#announcer.skipTo(chatId, log.knownTo);
		const news = log.rows.filter(
			({ seq, sender_type, read_at }) =>
				seq > since && seq <= log.knownTo && sender_type !== this.#own && read_at === null,
		);
		if (news.length > 0 && this.#play) void this.#announcer.announce(chatId, news, this.#play);
	}
}
