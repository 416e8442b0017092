import { isErrorCode, type ChatErrorCode } from '../errors';
import { isAttachments, isCount, isText, listOf, orNull, shape } from '../api/guards';
import type { SupportAttachment } from '../types';
import type { KeptWords } from './kept-words';

/** A message that was written but is not known to be stored. */
export interface UnsentMessage {
	/** Made here, so that sending it twice stores it once. */
	id: string;
	/** Null for a customer's own chat, which may not exist yet. */
	chatId: string | null;
	content: string;
	attachments: SupportAttachment[];
	/** The ids of attachments whose bytes are not on the server yet: the message waits for them. */
	held: string[];
	/** Milliseconds since 1970, made to grow from message to message: the order in which they were written. */
	writtenAt: number;
	/** Error code if the server rejected the message; rejected messages are not retried automatically. */
	refused: ChatErrorCode | null;
}

const KEY = 'unsent:';

/**
 * The unsent messages of one user, of all chats. One entry of the browser's storage per message: two tabs that write at
 * once cannot overwrite each other.
 */
export class Outbox {
	readonly #words: KeptWords;

	constructor(words: KeptWords) {
		this.#words = words;
	}

	/** In the order they were written. */
	list(): UnsentMessage[] {
		const unsent: UnsentMessage[] = [];
		for (const key of this.#words.keys(KEY)) {
			const entry = this.#words.read(key);
			if (isStored(entry)) unsent.push({ ...entry, id: key.slice(KEY.length) });
		}
		return unsent.sort((a, b) => a.writtenAt - b.writtenAt || (a.id < b.id ? -1 : 1));
	}

	ofChat(chatId: string | null): UnsentMessage[] {
		return this.list().filter((message) => message.chatId === chatId);
	}

	get(id: string): UnsentMessage | undefined {
		const entry = this.#words.read(KEY + id);
		return isStored(entry) ? { ...entry, id } : undefined;
	}

	add(
		message: Pick<UnsentMessage, 'id' | 'chatId' | 'content'> & Partial<UnsentMessage>,
		now: number,
	): void {
		const writtenAt = this.#after(now);
		this.#put({ attachments: [], held: [], refused: null, ...message, writtenAt });
	}

	/** Changes a message that is still here. */
	update(id: string, change: Partial<Omit<UnsentMessage, 'id'>>): void {
		const message = this.get(id);
		if (message) this.#put({ ...message, ...change });
	}

	/** Sends a rejected message again, as the last one written: those written since are already there. */
	requeue(id: string, now: number): void {
		if (this.get(id)?.refused) this.update(id, { refused: null, writtenAt: this.#after(now) });
	}

	remove(id: string): void {
		if (this.#words.get(KEY + id) !== null) this.#words.delete(KEY + id);
	}

	/** Whether a storage event concerns the outbox; null means that everything was cleared. */
	concerns(key: string | null): boolean {
		return key === null || key.startsWith(this.#words.prefix + KEY);
	}

	/** A wrong or stepped clock must not turn the order around. */
	#after(now: number): number {
		return Math.max(now, (this.list().at(-1)?.writtenAt ?? 0) + 1);
	}

	#put({ id, ...message }: UnsentMessage): void {
		this.#words.set(KEY + id, JSON.stringify(message));
	}
}

const isStored = shape<Omit<UnsentMessage, 'id'>>({
	chatId: orNull(isText),
	content: isText,
	attachments: isAttachments,
	held: listOf(isText),
	writtenAt: isCount,
	refused: orNull(isErrorCode),
});
