import type { ChatClient } from '../client';
import type { ChatErrorCode } from '../errors';
import { messageText } from '../chat/chat-messages';
import type { UnsentMessage } from './outbox';
import type { UserOutbox } from './user-outbox';

/** A message that is not stored after this is marked as unsent. */
const UNSENT_SHOWN = 2_000;

/** A message that is to be marked as unsent, whether its chat is shown or not. */
export interface UnsentItem {
	id: string;
	/** Null for a customer's own chat. */
	chatId: string | null;
	text: string;
	status: 'waiting' | 'failed';
	/** Why it waits or failed. */
	error: ChatErrorCode | null;
	/** The server rejected it: only `Retry` sends it again. */
	isRejected: boolean;
}

/** The unsent messages of one user, reactive, from whichever page or tab they are; works the outbox from `start()` on. */
export class UnsentMessages {
	#items: UnsentItem[] = $state.raw([]);
	readonly #client: ChatClient;
	readonly #userId: string;
	#outbox: UserOutbox | null = null;
	#unlisten = (): void => {};
	#cancel = (): void => {};

	constructor(client: ChatClient, userId: string) {
		this.#client = client;
		this.#userId = userId;
	}

	/** In the order they were written. One that is just being sent is not among them. */
	get items(): UnsentItem[] {
		return this.#items;
	}

	/** The state of a chat's unsent messages; null without any. */
	ofChat(chatId: string | null): UnsentItem['status'] | null {
		const items = this.#items.filter((item) => item.chatId === chatId);
		return items.find(({ status }) => status === 'failed')?.status ?? items[0]?.status ?? null;
	}

	start(): void {
		const refresh = (): void => this.#refresh();
		this.#outbox = this.#client.outboxOf(this.#userId);
		this.#unlisten = this.#outbox.listen({ onChange: refresh, onOtherTab: refresh });
		this.#refresh();
		this.#outbox.send();
	}

	/** The outbox itself goes on until the client is closed. */
	stop(): void {
		this.#unlisten();
		this.#cancel();
	}

	retry(id: string): void {
		this.#outbox?.retry(id);
	}

	discard(id: string): void {
		this.#outbox?.discard(id);
	}

	#refresh(): void {
		const outbox = this.#outbox;
		if (!outbox) return;
		const unsent = outbox.messages.list().filter(({ id }) => !outbox.composed.has(id));
		const young = unsent.filter((message) => this.#isOnItsWay(outbox, message));
		this.#items = unsent
			.filter((message) => !young.includes(message))
			.map((message) => {
				const { id, chatId, refused } = message;
				const { status, error } = outbox.sender.statusOf(message);
				return {
					...{ id, chatId, error, text: messageText(message), isRejected: refused !== null },
					status: status === 'failed' ? status : 'waiting',
				};
			});
		this.#cancel();
		if (young.length > 0)
			this.#cancel = this.#client.environment.after(UNSENT_SHOWN, () => this.#refresh());
	}

	/** Most messages are stored within a moment, and never need a mark. */
	#isOnItsWay(outbox: UserOutbox, message: UnsentMessage): boolean {
		const age = this.#client.environment.now() - message.writtenAt;
		return outbox.sender.statusOf(message).status === 'sending' && Math.abs(age) < UNSENT_SHOWN;
	}
}
