import { attempt, type StorageLike } from './environment';
import { isErrorCode, type ChatErrorCode } from './errors';
import { isAttachments, isCount, isText, orNull, shape } from './guards';
import type { SupportAttachment } from './types';

/** A message that was written but is not known to be stored. */
export interface UnsentMessage {
	id: string;
	content: string;
	attachments?: SupportAttachment[] | null;
	/** Milliseconds since 1970, made to grow from message to message: the order in which they were written. */
	writtenAt: number;
	/** The server's no, if it said one; then it is not sent again by itself. */
	refused: ChatErrorCode | null;
}

/**
 * Unsent messages and the draft of one user in one chat, kept in the browser's storage so that they survive a reload.
 * One entry per message: two tabs that write at once cannot overwrite each other. Without storage, or when it is
 * full, they live in memory.
 */
export class Outbox {
	readonly #storage: StorageLike | null;
	readonly #prefix: string;
	/** What could not be stored. */
	readonly #memory = new Map<string, string>();

	/** `prefix` names project, role, user and chat. */
	constructor(storage: StorageLike | null, prefix: string) {
		this.#storage = storage;
		this.#prefix = prefix;
	}

	/** In the order they were written. */
	list(): UnsentMessage[] {
		const unsent: UnsentMessage[] = [];
		for (const key of this.#keys('unsent:')) {
			const message = parseUnsent(key.slice(`${this.#prefix}unsent:`.length), this.#get(key));
			if (message) unsent.push(message);
		}
		return unsent.sort((a, b) => a.writtenAt - b.writtenAt || (a.id < b.id ? -1 : 1));
	}

	add(id: string, content: string, now: number, attachments: SupportAttachment[] = []): void {
		this.#put({ id, content, attachments, refused: null, writtenAt: this.#after(now) });
	}

	/** To be sent again, as the last one written: those written meanwhile are already there. */
	requeue(id: string, now: number): void {
		const message = this.list().find((one) => one.id === id);
		if (message?.refused) this.#put({ ...message, refused: null, writtenAt: this.#after(now) });
	}

	refuse(id: string, code: ChatErrorCode): void {
		const message = this.list().find((one) => one.id === id);
		if (message) this.#put({ ...message, refused: code });
	}

	remove(id: string): void {
		this.#delete(`${this.#prefix}unsent:${id}`);
	}

	get draft(): string {
		return this.#get(`${this.#prefix}draft`) ?? '';
	}

	set draft(text: string) {
		this.#keep('draft', text);
	}

	/** The files of the draft: uploaded and checked. */
	get files(): SupportAttachment[] {
		const files = parse(this.#get(`${this.#prefix}files`));
		return isAttachments(files) ? files : [];
	}

	set files(files: SupportAttachment[]) {
		this.#keep('files', files.length ? JSON.stringify(files) : '');
	}

	#keep(name: string, text: string): void {
		const key = this.#prefix + name;
		if (text === '') this.#delete(key);
		else this.#set(key, text);
	}

	/** Whether a storage event concerns this outbox; null means that everything was cleared. */
	concerns(key: string | null): boolean {
		return key === null || key.startsWith(`${this.#prefix}unsent:`);
	}

	/** A wrong or stepped clock must not turn the order around. */
	#after(now: number): number {
		return Math.max(now, (this.list().at(-1)?.writtenAt ?? 0) + 1);
	}

	#put({ id, ...message }: UnsentMessage): void {
		this.#set(`${this.#prefix}unsent:${id}`, JSON.stringify(message));
	}

	#keys(kind: string): string[] {
		const start = this.#prefix + kind;
		const keys = new Set(keysOf(this.#storage).filter((key) => key.startsWith(start)));
		for (const key of this.#memory.keys()) if (key.startsWith(start)) keys.add(key);
		return [...keys];
	}

	#get(key: string): string | null {
		return this.#memory.get(key) ?? attempt(() => this.#storage?.getItem(key)) ?? null;
	}

	#set(key: string, value: string): void {
		const stored = attempt(() => {
			this.#storage?.setItem(key, value);
			return this.#storage !== null;
		});
		if (stored) this.#memory.delete(key);
		else this.#memory.set(key, value);
	}

	#delete(key: string): void {
		this.#memory.delete(key);
		attempt(() => this.#storage?.removeItem(key));
	}
}

/** Removes what other users left behind under `prefix`: the next person at this browser must not find it. */
export function forgetOthers(storage: StorageLike | null, prefix: string, userId: string): void {
	for (const key of keysOf(storage))
		if (key.startsWith(prefix) && !key.startsWith(`${prefix}${userId}:`))
			attempt(() => storage?.removeItem(key));
}

function keysOf(storage: StorageLike | null): string[] {
	const keys = attempt(() =>
		Array.from({ length: storage?.length ?? 0 }, (_, i) => storage?.key(i)),
	);
	return (keys ?? []).filter((key) => typeof key === 'string');
}

const isStored = shape<Omit<UnsentMessage, 'id'>>({
	content: isText,
	attachments: orNull(isAttachments),
	writtenAt: isCount,
	refused: orNull(isErrorCode),
});

const parse = (value: string | null): unknown => attempt((): unknown => JSON.parse(value ?? ''));

function parseUnsent(id: string, value: string | null): UnsentMessage | null {
	const entry = parse(value);
	return isStored(entry) ? { ...entry, id } : null;
}
