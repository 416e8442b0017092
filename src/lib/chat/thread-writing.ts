import type { ChatClient } from './client';
import { Outbox } from './outbox';
import { Sender, type SenderOptions } from './sender';
import type { ThreadOptions } from './thread-types';
import { Typing, type TypingOptions } from './typing';

/** This side's part of the chat: what is being written, what was written and is on its way. */
export class ThreadWriting {
	readonly outbox: Outbox;
	readonly sender: Sender;
	readonly typing: Typing;

	/** `prefix` names project, role and user. */
	constructor(
		private readonly client: ChatClient,
		prefix: string,
		{ role, chatId, selfName }: ThreadOptions,
		options: Pick<TypingOptions, 'onTyping'> &
			Omit<SenderOptions, 'api' | 'environment' | 'outbox' | 'lockName'>,
	) {
		const { environment, api } = client;
		const scope = `${prefix}${chatId ?? 'own'}:`;
		this.outbox = new Outbox(environment.storage, scope);
		this.typing = new Typing({
			environment,
			role,
			name: selfName ?? null,
			onTyping: options.onTyping,
		});
		const { outbox } = this;
		this.sender = new Sender({ ...options, api, environment, outbox, lockName: `${scope}send` });
	}

	get isEmpty(): boolean {
		return this.outbox.list().length === 0;
	}

	/** The text is clean and within the limits. */
	write(content: string): string {
		const { environment } = this.client;
		const id = environment.uuid();
		this.outbox.add(id, content, environment.now());
		this.typing.pause();
		this.sender.send();
		return id;
	}

	retry(id: string): void {
		this.outbox.requeue(id, this.client.environment.now());
		this.sender.revive();
		this.sender.send();
	}

	discard(id: string): string | null {
		const message = this.outbox.list().find((one) => one.id === id);
		this.outbox.remove(id);
		return message?.content ?? null;
	}

	stop(): void {
		this.sender.stop();
		this.typing.stop();
	}
}
