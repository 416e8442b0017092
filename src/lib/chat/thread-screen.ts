import type { ServerClock } from './clock';
import type { Outbox } from './outbox';
import type { Sender } from './sender';
import { MessageProjection, ownSender } from './thread-messages';
import type { ThreadSync } from './thread-sync';
import type { ThreadView } from './thread-types';
import type { ChatRole } from './types';

export interface ScreenOptions {
	role: ChatRole;
	view: ThreadView;
	sync: ThreadSync;
	outbox: Outbox;
	sender: Sender;
	clock: Pick<ServerClock, 'now'>;
	localNow: () => number;
	/** A catch-up is under way, which may fill a gap. */
	catchingUp: () => boolean;
	/** Read here up to this seq, whether the server knows it yet or not. */
	readTo: () => number;
}

/** Draws what is known into the view. What is shown is a function of rows and unsent messages, never of events. */
export class ThreadScreen {
	readonly #options: ScreenOptions;
	readonly #projection: MessageProjection;

	constructor(options: ScreenOptions) {
		this.#options = options;
		this.#projection = new MessageProjection(options.role, options.clock, options.localNow);
	}

	/** `countUnread`: the rows here are complete enough to count from. */
	draw(countUnread: boolean): void {
		const { view, sync, outbox, sender, role } = this.#options;
		view.chat = sync.chat;
		view.hasOlder = sync.log.hasOlder;
		if (countUnread && role === 'user') view.unread = this.#unread;
		const unsent = outbox.list().filter((message) => !sync.log.has(message.id));
		view.messages = [
			...this.#projection.stored(this.#rows, sync.chat?.admin_viewed_at ?? null),
			...unsent.map((one) => this.#projection.unsent(one, sender.statusOf(one))),
		];
	}

	get #unread(): number {
		const { sync, readTo } = this.#options;
		return sync.unreadBefore + sync.log.unread.filter((row) => row.seq > readTo()).length;
	}

	/** What came ahead of a lost message waits for it, so that the log does not jump; unless it cannot be had. */
	get #rows() {
		const { view, sync, role, catchingUp } = this.#options;
		if (!view.loaded) return [];
		if (!sync.log.hasGap || !catchingUp()) return sync.log.rows;
		const own = ownSender(role);
		return sync.log.rows.filter((row) => row.seq <= sync.log.knownTo || row.sender_type === own);
	}
}
