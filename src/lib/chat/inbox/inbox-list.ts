import type { InboxCursor } from '../api/agent-api';
import { PAGE_SIZE } from '../limits';
import type { SupportChatListItem } from '../types';

const at = (time: string | null): number => (time === null ? -Infinity : Date.parse(time));

/** Newest first; as the database orders and pages. */
export function compareChats(a: InboxCursor, b: InboxCursor): number {
	const newer = at(b.last_message_at) - at(a.last_message_at);
	if (newer !== 0 && !Number.isNaN(newer)) return newer;
	return a.id === b.id ? 0 : a.id < b.id ? 1 : -1;
}

/** Both times only grow, so a row with an older one is an old copy. */
const isOlder = (row: SupportChatListItem, known: SupportChatListItem): boolean =>
	at(row.last_message_at) < at(known.last_message_at) ||
	at(row.admin_viewed_at) < at(known.admin_viewed_at);

/** The loaded part of one inbox view: from the newest chat to the last loaded page. */
export class InboxList {
	/** There are more below. */
	hasMore = false;
	readonly #rows = new Map<string, SupportChatListItem>();
	#sorted: SupportChatListItem[] = [];
	/** Changed since the newest page was requested: its response may be older. */
	readonly #fresh = new Set<string>();

	get rows(): SupportChatListItem[] {
		return this.#sorted;
	}

	get cursor(): InboxCursor | null {
		const last = this.#sorted.at(-1);
		return last ? { last_message_at: last.last_message_at, id: last.id } : null;
	}

	get(id: string): SupportChatListItem | undefined {
		return this.#rows.get(id);
	}

	/** The newest page is requested: its response does not undo later broadcasts. */
	beginFirstPage(): void {
		this.#fresh.clear();
	}

	/** The newest page from the server: remove rows of this range that are not in it. */
	mergeFirst(page: readonly SupportChatListItem[]): void {
		const full = page.length >= PAGE_SIZE;
		const last = page.at(-1);
		const ids = new Set(page.map((row) => row.id));
		for (const row of this.#sorted)
			if (
				!ids.has(row.id) &&
				!this.#fresh.has(row.id) &&
				(!full || !last || compareChats(row, last) < 0)
			)
				this.#rows.delete(row.id);
		if (this.#rows.size === 0 || !full) this.hasMore = full;
		this.#put(page.filter((row) => !this.#fresh.has(row.id)));
	}

	/** Replaces all rows; keeps our copy of a row if it is newer. */
	replace(page: readonly SupportChatListItem[]): void {
		const fresh = page.map((row) => this.#newer(row));
		this.clear();
		this.mergeFirst(fresh);
	}

	/** The page after the cursor. */
	mergeNext(page: readonly SupportChatListItem[]): void {
		this.hasMore = page.length >= PAGE_SIZE;
		this.#put(page);
	}

	/** A new row of this view; false if it is an old copy. */
	apply(row: SupportChatListItem): boolean {
		const known = this.#rows.get(row.id);
		if (known && isOlder(row, known)) return false;
		this.#fresh.add(row.id);
		const last = this.cursor;
		// Rows below the loaded part come with their page.
		if (!known && this.hasMore && last && compareChats(row, last) > 0) return true;
		this.#put([row]);
		return true;
	}

	remove(id: string): void {
		this.#fresh.add(id);
		this.#rows.delete(id);
		this.#put([]);
	}

	clear(): void {
		this.#rows.clear();
		this.#fresh.clear();
		this.#sorted = [];
		this.hasMore = false;
	}

	/** A page may be older than a broadcast that arrived before it. */
	#newer(row: SupportChatListItem): SupportChatListItem {
		const known = this.#rows.get(row.id);
		return known && isOlder(row, known) ? known : row;
	}

	#put(rows: readonly SupportChatListItem[]): void {
		for (const row of rows) this.#rows.set(row.id, this.#newer(row));
		this.#sorted = [...this.#rows.values()].sort(compareChats);
	}
}
