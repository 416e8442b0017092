import type { ActivityPolicy } from '../sync/activity-policy';
import type { ChatEnvironment } from '../environment';
import type { ChatError } from '../errors';
import type { ChatSync } from '../sync/chat-sync';
import * as TIMING from '../realtime/timing';

/**
 * Marks visible messages as read. Reports to the server soon, in batches, never backwards; retries after a
 * failure.
 */
export class ReadReceipts {
	/** Read here up to this seq, even before the server knows it: badges clear at once. */
	readTo = 0;
	/** The seq that the server knows. */
	#marked = 0;
	#marking = false;
	/** Requested by `now()`, regardless of visibility. */
	#isForced = false;
	#cancel: (() => void) | null = null;
	readonly #environment: ChatEnvironment;
	readonly #sync: ChatSync;
	readonly #activity: ActivityPolicy;
	readonly #isStaff: boolean;
	readonly #onMarked: (error: ChatError | null) => void;

	constructor(
		environment: ChatEnvironment,
		sync: ChatSync,
		activity: ActivityPolicy,
		isStaff: boolean,
		/** Something was marked, here first and then on the server. */
		onMarked: (error: ChatError | null) => void,
	) {
		this.#environment = environment;
		this.#sync = sync;
		this.#activity = activity;
		this.#isStaff = isStaff;
		this.#onMarked = onMarked;
	}

	/** New messages, a panel that opened, a page that became visible. */
	update(): void {
		const due = this.#due();
		if (due === null) return;
		if (due > this.readTo) {
			this.readTo = due;
			this.#sync.unreadBefore = 0;
			this.#onMarked(null);
		}
		if (this.#marking) return;
		this.#cancel ??= this.#environment.after(TIMING.readDebounce, () => {
			this.#cancel = null;
			void this.#mark();
		});
	}

	/** Marks what is here as read, whether it is in sight or not. */
	async markNow(): Promise<void> {
		this.#isForced = true;
		this.update();
		await this.#mark();
		this.#isForced = false;
	}

	stop(): void {
		this.#cancel?.();
		this.#cancel = null;
	}

	async #mark(): Promise<void> {
		const due = this.#due();
		if (this.#marking || due === null) return;
		this.#marking = true;
		const error = await this.#sync.markRead(due);
		this.#marking = false;
		this.#onMarked(error);
		// Not marked: the next catch-up updates again.
		if (error) return;
		this.#marked = due;
		this.update();
	}

	/** The seq to mark as read up to; null if the chat is not visible, or nothing is new. */
	#due(): number | null {
		const { log, chat, unreadBefore } = this.#sync;
		if (!(this.#activity.reading || this.#isForced) || chat === null) return null;
		const newest = this.#isStaff ? this.#unseen(chat.admin_viewed_at) : log.unread.at(-1)?.seq;
		const due = Math.min(newest ?? (unreadBefore > 0 ? log.knownTo : 0), log.knownTo);
		return due > this.#marked ? due : null;
	}

	/** Staff: the newest message that the customer wrote since somebody looked. */
	#unseen(viewedAt: string | null): number {
		const newest = this.#sync.log.rows.findLast((row) => row.sender_type === 'user');
		const isNew = newest && !(viewedAt && Date.parse(newest.created_at) <= Date.parse(viewedAt));
		return isNew ? newest.seq : 0;
	}
}
