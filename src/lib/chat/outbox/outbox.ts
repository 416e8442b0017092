import type { ChatEnvironment } from '../environment';
import { isErrorCode, type ChatError, type ChatErrorCode } from '../errors';
import { isAttachments, isCount, isText, listOf, orNull, shape } from '../api/guards';
import type { SupportAttachment, SupportMessage } from '../types';
import type { UserStorage } from './user-storage';

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

/** Callbacks for views that show messages; a message may be of any chat of the user. */
export interface OutboxListener {
	/** The outbox or the status of a message changed. */
	onChange(): void;
	/** A message for this chat was written here; null for a customer's own chat. */
	onWritten?(chatId: string | null): void;
	/** Another tab changed the outbox: what it sent may have to be fetched. */
	onOtherTab?(): void;
	onStored?(message: SupportMessage): void;
	/** The session ended, or is another user's. */
	onSignedOut?(error: ChatError): void;
	/** The user signed out, here or in another tab: nothing of theirs is kept any more. */
	onForgotten?(): void;
	/** The customer's chat does not exist any more; the next message makes another. */
	onChatMissing?(): void;
	/** A message could not be sent now: whatever else comes from the server may be missing, too. */
	onUnavailable?(): void;
}

const KEY = 'unsent:';

/**
 * The unsent messages of one user, of all chats. One entry of the browser's storage per message: two tabs that write at
 * once cannot overwrite each other.
 */
export class Outbox {
	readonly #storage: UserStorage;
	readonly #environment: Pick<ChatEnvironment, 'now' | 'uuid'>;
	readonly #onWritten: (chatId: string | null) => void;

	/** `onWritten`: a message waits to be sent. */
	constructor(
		storage: UserStorage,
		environment: Pick<ChatEnvironment, 'now' | 'uuid'>,
		onWritten: (chatId: string | null) => void,
	) {
		this.#storage = storage;
		this.#environment = environment;
		this.#onWritten = onWritten;
	}

	/** In the order they were written. */
	list(): UnsentMessage[] {
		const unsent: UnsentMessage[] = [];
		for (const key of this.#storage.keys(KEY)) {
			const entry = this.#storage.read(key);
			if (isStored(entry)) unsent.push({ ...entry, id: key.slice(KEY.length) });
		}
		return unsent.sort((a, b) => a.writtenAt - b.writtenAt || (a.id < b.id ? -1 : 1));
	}

	ofChat(chatId: string | null): UnsentMessage[] {
		return this.list().filter((message) => message.chatId === chatId);
	}

	get(id: string): UnsentMessage | undefined {
		const entry = this.#storage.read(KEY + id);
		return isStored(entry) ? { ...entry, id } : undefined;
	}

	/** Takes clean text and checked files, to be sent now or when it can be; returns the message's id. */
	write(chatId: string | null, content: string, attachments: SupportAttachment[]): string {
		const id = this.#environment.uuid();
		this.add({ id, chatId, content, attachments, held: [] });
		this.#onWritten(chatId);
		return id;
	}

	add(message: Omit<UnsentMessage, 'writtenAt' | 'refused'>): void {
		this.#put({ ...message, refused: null, writtenAt: this.#nextTime() });
	}

	/** Changes a message that is still here. */
	update(id: string, change: Partial<Omit<UnsentMessage, 'id'>>): void {
		const message = this.get(id);
		if (message) this.#put({ ...message, ...change });
	}

	/** Sends a rejected message again, as the last one written: those written since are already there. */
	requeue(id: string): void {
		if (this.get(id)?.refused) this.update(id, { refused: null, writtenAt: this.#nextTime() });
	}

	remove(id: string): void {
		if (this.#storage.get(KEY + id) !== null) this.#storage.delete(KEY + id);
	}

	/** Whether a storage event concerns the outbox; null means that everything was cleared. */
	concerns(key: string | null): boolean {
		return key === null || key.startsWith(this.#storage.prefix + KEY);
	}

	/** A wrong or stepped clock must not turn the order around. */
	#nextTime(): number {
		return Math.max(this.#environment.now(), (this.list().at(-1)?.writtenAt ?? 0) + 1);
	}

	#put({ id, ...message }: UnsentMessage): void {
		this.#storage.set(KEY + id, JSON.stringify(message));
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
