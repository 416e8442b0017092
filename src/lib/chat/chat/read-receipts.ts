import type { ActivityPolicy } from '../sync/activity-policy';
import type { ChatEnvironment } from '../environment';
import type { ChatError } from '../errors';
import type { ChatSync } from '../sync/chat-sync';
import * as TIMING from '../realtime/timing';
import { SerialRunner } from '../sync/serial-runner';

/**
 * Marks visible messages as read. Reports to the server soon, in batches, never backwards; retries after a
 * failure.
 */
export class ReadReceipts {
	/** Read here up to this seq, even before the server knows it: badges clear at once. */
	readTo = 0;
	/** The seq that the server knows. */
	#marked = 0;
	readonly #runner = new SerialRunner({ run: () => this.#mark() });
	#cancel: (() => void) | null = null;
	readonly #environment: ChatEnvironment;
	readonly #sync: ChatSync;
	readonly #activity: ActivityPolicy;
	readonly #isAgent: boolean;
	readonly #onMarked: (error: ChatError | null) => void;

	constructor(
		environment: ChatEnvironment,
		sync: ChatSync,
		activity: ActivityPolicy,
		isAgent: boolean,
		/** Something was marked, here first and then on the server. */
		onMarked: (error: ChatError | null) => void,
	) {
		this.#environment = environment;
		this.#sync = sync;
		this.#activity = activity;
		this.#isAgent = isAgent;
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
		this.#cancel ??= this.#environment.after(TIMING.readDebounce, () => {
			this.#cancel = null;
			void this.#runner.request();
		});
	}

	stop(): void {
		this.#cancel?.();
		this.#cancel = null;
	}

	async #mark(): Promise<boolean> {
		const due = this.#due();
		if (due === null) return false;
		const error = await this.#sync.markRead(due);
		if (!error) this.#marked = due;
		this.#onMarked(error);
		// Not marked: the next catch-up updates again.
		return error === null;
	}

	/** The seq to mark as read up to; null if the chat is not visible, or nothing is new. */
	#due(): number | null {
		const { log, chat, unreadBefore } = this.#sync;
		if (!this.#activity.reading || chat === null) return null;
		const newest = this.#isAgent ? this.#unseen(chat.admin_viewed_at) : log.unread.at(-1)?.seq;
		const due = Math.min(newest ?? (unreadBefore > 0 ? log.knownTo : 0), log.knownTo);
		return due > this.#marked ? due : null;
	}

	/** Agents: the newest message that the customer wrote since an agent last viewed the chat. */
	#unseen(viewedAt: string | null): number {
		const newest = this.#sync.log.rows.findLast((row) => row.sender_type === 'user');
		const isNew = newest && !(viewedAt && Date.parse(newest.created_at) <= Date.parse(viewedAt));
		return isNew ? newest.seq : 0;
	}
}
