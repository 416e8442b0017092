import type { ChatEnvironment } from '../environment';
import type { ComposedMessage } from '../outbox/composed-messages';
import { DraftStore, type Draft } from '../outbox/draft-store';
import type { StoredFile } from '../outbox/indexed-files';
import type { UnsentMessage } from '../outbox/outbox';
import type { UserOutbox } from '../outbox/user-outbox';
import { cleanText } from '../text/text';
import type { SupportAttachment } from '../types';

/** The composer's content in one chat: kept across reloads, and as a message while it waits for its files. */
export class ChatDraft {
	#text = $state('');
	#files: SupportAttachment[] = $state.raw([]);
	readonly #environment: ChatEnvironment;
	/** Null for a customer's own chat. */
	readonly #chatId: string | null;
	/** Stays after the chat is left: a file may still be prepared. */
	#outbox: UserOutbox | null = null;
	#store: DraftStore | null = null;
	/** The composer's content was sent and waits for its files. */
	#composed: ComposedMessage | null = null;
	/** Its files that are not ready. */
	#uploading: SupportAttachment[] = [];
	#unlisten = (): void => {};

	constructor(environment: ChatEnvironment, chatId: string | null) {
		this.#environment = environment;
		this.#chatId = chatId;
	}

	get text(): string {
		return this.#text;
	}

	set text(text: string) {
		if (text === this.#text) return;
		this.#text = text;
		this.#save();
	}

	/** Uploaded and checked. */
	get files(): SupportAttachment[] {
		return this.#files;
	}

	set files(files: SupportAttachment[]) {
		this.#files = files;
		this.#save();
	}

	/** Keeps the bytes of a file until the server has them. */
	readonly bytes = {
		put: (id: string, file: StoredFile): void => void this.#outbox?.files.put(id, file),
		delete: (id: string): void => void this.#outbox?.files.delete(id),
	};

	/** A user is signed in. */
	open(outbox: UserOutbox): void {
		this.#outbox = outbox;
		this.#unlisten = outbox.listen({
			onChange: () => {},
			// Signed out: the composer shows nothing of this user any more.
			onForgotten: () => {
				this.#composed = null;
				this.#show({ text: '', files: [] });
			},
		});
		const name = this.#chatId ?? 'own';
		const show = (draft: Draft): void => this.#show(draft);
		this.#store = new DraftStore(outbox.storage, this.#environment, name, show);
		// Typed before the user was known.
		if (this.#text !== '' || this.#files.length > 0) this.#save();
		else this.#show(this.#store.draft);
	}

	/** The chat is left. A message that waits for its files is completed by the outbox. */
	close(): void {
		if (this.#composed) this.clear();
		this.#composed?.leave();
		this.#composed = null;
		this.#unlisten();
		this.#store?.stop();
		this.#store = null;
	}

	/** Shows an empty composer; what is kept stays. */
	clear(): void {
		this.#show({ text: '', files: [] });
	}

	/** The draft went into the outbox. */
	sent(): void {
		this.#store?.sent();
		this.clear();
	}

	/** See `ChatStore.hold`. */
	hold(uploading: SupportAttachment[]): void {
		this.#uploading = uploading;
		if (this.#composed) return this.#save();
		if (!this.#outbox) return;
		const message = { chatId: this.#chatId, ...this.#message() };
		this.#composed = this.#outbox.composed.compose(message);
		this.#store?.sent();
	}

	/** The message is not to be sent by itself any more. */
	unhold(): void {
		this.#composed?.takeBack();
		this.#composed = null;
		this.#save();
	}

	/** Sends the message that waited for its files; returns its id, or null if none did. */
	sendHeld(content: string): string | null {
		const composed = this.#composed;
		if (!composed) return null;
		composed.update({ content, attachments: this.#files });
		this.#composed = null;
		this.clear();
		composed.send();
		return composed.id;
	}

	#show({ text, files }: Draft): void {
		this.#text = text;
		this.#files = files;
	}

	#save(): void {
		if (this.#composed) this.#composed.update(this.#message());
		else this.#store?.set({ text: this.#text, files: this.#files });
	}

	/** The composer's content, with files still uploading. */
	#message(): Pick<UnsentMessage, 'content' | 'attachments' | 'held'> {
		const ready = this.#files;
		const held = this.#uploading.filter(({ id }) => !ready.some((file) => file.id === id));
		return {
			content: cleanText(this.#text),
			attachments: [...ready, ...held],
			held: held.map(({ id }) => id),
		};
	}
}
