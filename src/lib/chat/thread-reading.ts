import type { ActivityPolicy } from './activity';
import type { ChatApi } from './api';
import type { ChatEnvironment } from './environment';
import type { ChatError } from './errors';
import { ReadMarker } from './read-marker';
import type { ThreadSync } from './thread-sync';
import type { ChatRole } from './types';

export interface ReadingOptions {
	role: ChatRole;
	userId: string;
	api: ChatApi;
	environment: ChatEnvironment;
	sync: ThreadSync;
	activity: ActivityPolicy;
	/** Something was marked, here first and then on the server. */
	onChange: () => void;
	onError: (error: ChatError) => void;
}

/** What the reader has in front of them counts as read: for customers message by message, for staff the chat. */
export class ThreadReading {
	/** Read here up to this seq, whether the server knows it yet or not: badges clear at once. */
	readTo = 0;
	readonly #marker: ReadMarker;
	readonly #options: ReadingOptions;
	#asked = false;

	constructor(options: ReadingOptions) {
		this.#options = options;
		this.#marker = new ReadMarker({
			environment: options.environment,
			due: () => this.#due(),
			mark: (upToSeq) => (options.role === 'user' ? this.#markRead(upToSeq) : this.#markViewed()),
		});
	}

	/** New messages, a panel that opened, a page that became visible. */
	kick(): void {
		const due = this.#due();
		if (due === null) return;
		if (due > this.readTo) {
			this.readTo = due;
			this.#options.sync.unreadBefore = 0;
			this.#options.onChange();
		}
		this.#marker.kick();
	}

	/** Marks what is here as read, whether it is in sight or not. */
	async now(): Promise<void> {
		this.#asked = true;
		this.kick();
		await this.#marker.now();
		this.#asked = false;
	}

	stop(): void {
		this.#marker.stop();
	}

	#due(): number | null {
		const { sync, activity, role } = this.#options;
		if (!(activity.reading || this.#asked) || sync.chat === null) return null;
		if (role === 'user') {
			const newest = sync.log.unread.findLast((row) => row.seq <= sync.log.knownTo);
			return newest?.seq ?? (sync.unreadBefore > 0 ? sync.log.knownTo : null);
		}
		const viewed = Date.parse(sync.chat.admin_viewed_at ?? '') || -Infinity;
		const newest = sync.log.rows.findLast((row) => row.sender_type === 'user');
		return newest && Date.parse(newest.created_at) > viewed ? newest.seq : null;
	}

	async #markRead(upToSeq: number): Promise<ChatError | null> {
		const { api, userId, sync, environment } = this.#options;
		const { data, error } = await api.markRead(upToSeq, { as: userId });
		if (error) this.#options.onError(error);
		else {
			const readAt = data.read_at ?? new Date(environment.now()).toISOString();
			sync.read(data.up_to_seq, readAt);
			this.#options.onChange();
		}
		return error;
	}

	async #markViewed(): Promise<ChatError | null> {
		const { api, sync } = this.#options;
		const { data, error } = await api.markViewed(sync.chatId ?? '');
		if (error) this.#options.onError(error);
		else {
			sync.update(data);
			this.#options.onChange();
		}
		return error;
	}
}
