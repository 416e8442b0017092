import type { ChatApi } from '../api/chat-api';
import type { ChatEnvironment, TabChannelLike } from '../environment';
import * as TIMING from '../realtime/timing';
import { ComposedMessages } from './composed-messages';
import { deleteFiles, HeldFiles } from './held-files';
import type { HeldUploads } from './held-uploads';
import { UserStorage } from './user-storage';
import { Outbox, type OutboxListener, type UnsentMessage } from './outbox';
import { Sender } from './sender';

export interface UserOutboxOptions {
	api: ChatApi;
	environment: ChatEnvironment;
	userId: string;
	/** Begins the keys of everything that is kept of this user, and the names of their locks. */
	prefix: string;
}

/**
 * Everything that one user wrote and that is not stored yet, of all chats. One tab at a time sends it, as long as a page is
 * open, whichever chat is shown. One for each page: see `ChatClient.outboxOf`.
 */
export class UserOutbox {
	readonly messages: Outbox;
	readonly sender: Sender;
	readonly storage: UserStorage;
	/** The bytes of files that are not on the server yet. */
	readonly files: HeldFiles;
	readonly composed: ComposedMessages;
	readonly userId: string;
	readonly #options: UserOutboxOptions;
	readonly #listeners = new Set<OutboxListener>();
	readonly #unlisten: (() => void)[];
	/** Reports a sign-out to other tabs, which would otherwise store their drafts again. */
	readonly #channel: TabChannelLike | null;
	#letLeave: (() => void) | null = null;
	#uploads: Promise<HeldUploads> | null = null;
	#stopped = false;

	constructor(options: UserOutboxOptions) {
		const { api, environment, userId, prefix } = options;
		this.#options = options;
		this.userId = userId;
		const storage = new UserStorage(environment.storage, prefix, () => this.#warnOfLoss());
		const messages = new Outbox(storage, environment, (chatId) => {
			this.sender.send();
			this.#notify((listener) => listener.onWritten?.(chatId));
			this.#changed();
		});
		this.storage = storage;
		this.messages = messages;
		this.files = new HeldFiles(storage, environment, () => this.#warnOfLoss());
		this.composed = new ComposedMessages(messages, environment, prefix, () => {
			this.#changed();
			this.send();
		});
		this.sender = new Sender({
			...{ api, environment, userId, outbox: messages, lockName: `${prefix}send` },
			notify: (call) => this.#notify(call),
		});
		this.#channel = environment.openTabChannel(`${prefix}forget`, () => void this.#forget());
		this.#unlisten = [
			() => this.#channel?.close(),
			environment.on('wake', () => this.revive()),
			environment.onStorage((key) => {
				if (!messages.concerns(key)) return;
				this.#notify((listener) => listener.onOtherTab?.());
				this.send();
			}),
		];
	}

	listen(listener: OutboxListener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Sends a failed message again, now. */
	retry(id: string): void {
		this.messages.requeue(id);
		this.revive();
		this.#changed();
	}

	/** Gives an unsent message up, and returns it. */
	discard(id: string): UnsentMessage | undefined {
		const message = this.messages.get(id);
		this.messages.remove(id);
		for (const file of message?.held ?? []) void this.files.delete(file);
		this.#changed();
		return message;
	}

	/** Sends or uploads now what waits. */
	send(): void {
		if (this.#stopped) return;
		const held = this.messages
			.list()
			.filter((message) => message.held.length > 0 && !this.composed.has(message.id));
		if (held.length > 0) void this.#completeUploads(held);
		this.sender.send();
	}

	/** The page woke up, a user signed in or asked for it: start another series of tries. */
	revive(): void {
		void this.#uploads?.then((uploads) => uploads.wake()).catch(() => null);
		this.sender.revive();
		this.send();
	}

	/** The person signed out: nothing of theirs stays in this browser, and nothing is sent any more. */
	forget(): Promise<void> {
		this.#channel?.post(true);
		return this.#forget();
	}

	/** Another user is here, or the page goes. What is unsent stays in storage. */
	stop(): void {
		this.#stopped = true;
		this.sender.stop();
		this.composed.stop();
		for (const off of this.#unlisten) off();
		void this.#uploads?.then((uploads) => uploads.stop()).catch(() => null);
		this.#listeners.clear();
		this.#letLeave?.();
	}

	async #forget(): Promise<void> {
		const { environment, prefix } = this.#options;
		const hadFiles = this.files.mayHaveSome;
		this.storage.forget();
		this.#notify((listener) => listener.onForgotten?.());
		this.stop();
		if (hadFiles) await deleteFiles(environment, (key) => key.startsWith(prefix));
	}

	#notify(call: (listener: OutboxListener) => void): void {
		for (const listener of [...this.#listeners]) call(listener);
	}

	#changed(): void {
		this.#notify((listener) => listener.onChange());
	}

	/** The upload code is fetched when first needed. */
	async #completeUploads(held: UnsentMessage[]): Promise<void> {
		this.#uploads ??= import('./held-uploads').then(
			({ HeldUploads: Uploads }) =>
				new Uploads({
					...this.#options,
					...{ outbox: this.messages, files: this.files },
					chatOf: (message) => this.sender.chatOf(message),
					onChange: () => {
						this.#changed();
						this.send();
					},
				}),
		);
		try {
			const uploads = await this.#uploads;
			if (!this.#stopped) uploads.begin(held);
		} catch {
			// It could not be fetched: the next try fetches it again.
			this.#uploads = null;
			this.#options.environment.after(TIMING.resendMost, () => this.send());
		}
	}

	/** Asks before closing a page that keeps text or files only in memory. */
	#warnOfLoss(): void {
		const isLost = (id: string): boolean => this.files.isVolatile(id);
		if (this.storage.isVolatile || this.messages.list().some(({ held }) => held.some(isLost)))
			this.#letLeave ??= this.#options.environment.askBeforeLeaving?.() ?? null;
		else {
			this.#letLeave?.();
			this.#letLeave = null;
		}
	}
}
