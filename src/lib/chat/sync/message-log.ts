import { CATCH_UP_PAGE_SIZE, PAGE_SIZE } from '../limits';
import type { SupportMessage } from '../types';

/**
 * The known stored messages of one chat: each once, ordered by `seq`. It knows the last seq without a gap, so a
 * lost broadcast shows as a gap.
 */
export class MessageLog {
	/** Nothing between the oldest message here and this seq is missing. */
	knownTo = 0;
	/** There are older messages on the server. */
	hasOlder = false;
	/** The first page is here; what comes before it counts as a gap. */
	#loaded = false;
	#rows: SupportMessage[] = [];
	readonly #byId = new Map<string, SupportMessage>();
	readonly #seqs = new Set<number>();

	/** All messages, oldest first. */
	get rows(): readonly SupportMessage[] {
		return this.#rows;
	}

	/** The seq of the oldest message here; 1 if there is none. */
	get oldest(): number {
		return this.#rows[0]?.seq ?? 1;
	}

	/** A message arrived ahead of others that are not here yet. */
	get hasGap(): boolean {
		return (this.#rows.at(-1)?.seq ?? 0) > this.knownTo;
	}

	has(id: string): boolean {
		return this.#byId.has(id);
	}

	/** Takes rows in from wherever they come, in any order, as often as they come; returns those that were new. */
	merge(rows: readonly SupportMessage[]): SupportMessage[] {
		const added: SupportMessage[] = [];
		let changed = false;
		for (const row of rows) {
			const known = this.#byId.get(row.id);
			if (known) {
				const merged = newer(known, row);
				if (merged === known) continue;
				this.#byId.set(row.id, merged);
			} else {
				this.#byId.set(row.id, row);
				this.#seqs.add(row.seq);
				added.push(row);
			}
			changed = true;
		}
		if (!changed) return added;
		this.#rows = [...this.#byId.values()].sort((a, b) => a.seq - b.seq);
		this.#advance();
		return added;
	}

	/** The newest messages of the chat, as the server had them at one moment. */
	mergeNewest(rows: readonly SupportMessage[]): SupportMessage[] {
		const first = rows[0]?.seq ?? 1;
		const isFirstPage = !this.#loaded;
		// Too much was missed to fill the gap: start over. Older messages load on scrolling up, as ever.
		const isTooFar = first - this.knownTo > 2 * CATCH_UP_PAGE_SIZE;
		if (!isFirstPage && isTooFar) return this.#startOver(rows);
		this.#loaded = true;
		const added = this.merge(rows);
		if (isFirstPage) {
			this.hasOlder = rows.length >= PAGE_SIZE && first > 1;
			this.#dropBelow(first);
		}
		if (isFirstPage || first <= this.knownTo + 1) this.#knownAtLeast(rows.at(-1)?.seq ?? 0);
		return added;
	}

	/** The server's messages after a seq up to `knownTo`: seqs that are missing do not exist. */
	mergeAfter(rows: readonly SupportMessage[]): SupportMessage[] {
		const added = this.merge(rows);
		const last = rows.at(-1);
		if (last) this.#knownAtLeast(last.seq);
		return added;
	}

	/** The page before the oldest message. */
	mergeOlder(rows: readonly SupportMessage[]): void {
		this.merge(rows);
		this.hasOlder = rows.length >= PAGE_SIZE && this.oldest > 1;
	}

	/** The other side read agents' messages up to a seq; returns whether anything changed. */
	markRead(upToSeq: number, readAt: string): boolean {
		const read = this.#rows.filter(
			(row) => row.sender_type === 'admin' && row.read_at === null && row.seq <= upToSeq,
		);
		this.merge(read.map((row) => ({ ...row, read_at: readAt })));
		return read.length > 0;
	}

	/** Agents' messages here that the customer has not read. */
	get unread(): SupportMessage[] {
		return this.#rows.filter((row) => row.sender_type === 'admin' && row.read_at === null);
	}

	/** The seq from which a catch-up finds new messages and new read marks. */
	get catchUpFrom(): number {
		const firstUnread = this.unread[0]?.seq ?? Infinity;
		return Math.max(0, Math.min(this.knownTo, Math.max(firstUnread - 1, this.knownTo - PAGE_SIZE)));
	}

	clear(): void {
		this.knownTo = 0;
		this.hasOlder = false;
		this.#loaded = false;
		this.#rows = [];
		this.#byId.clear();
		this.#seqs.clear();
	}

	#startOver(rows: readonly SupportMessage[]): SupportMessage[] {
		const before = new Set(this.#byId.keys());
		this.clear();
		this.mergeNewest(rows);
		return rows.filter((row) => !before.has(row.id));
	}

	/** Drops messages that came by broadcast and are older than the first page. */
	#dropBelow(seq: number): void {
		for (const row of this.#rows) if (row.seq < seq) this.#byId.delete(row.id);
		this.#rows = this.#rows.filter((row) => row.seq >= seq);
	}

	#knownAtLeast(seq: number): void {
		this.knownTo = Math.max(this.knownTo, seq);
		this.#advance();
	}

	#advance(): void {
		if (this.#loaded) while (this.#seqs.has(this.knownTo + 1)) this.knownTo++;
	}
}

/** The later one of two copies of a message; a read message stays read, whatever an old copy says. */
function newer(known: SupportMessage, row: SupportMessage): SupportMessage {
	const later = Date.parse(row.updated_at) >= Date.parse(known.updated_at) ? row : known;
	const read_at = known.read_at ?? row.read_at;
	if (later.read_at === read_at) return later === row && same(known, row) ? known : later;
	return { ...later, read_at };
}

const same = (a: SupportMessage, b: SupportMessage): boolean =>
	a.read_at === b.read_at && a.content === b.content && a.updated_at === b.updated_at;
