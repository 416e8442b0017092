import type { ChatConnection, TopicSubscription } from './topic';
import type { ChatEnvironment } from './environment';
import { isTyping } from './guards';
import type { SenderType, TypingMessage } from './types';
import * as TIMING from './timing';

/** "… is typing", both ways: a passing hint over a topic of its own, throttled, and never for longer than some seconds. */
export class Typing {
	readonly #environment: ChatEnvironment;
	readonly #own: SenderType;
	readonly #name: string | null;
	readonly #onTyping: (typing: { name: string | null } | null) => void;
	#subscription: TopicSubscription | null = null;
	#sentAt = -Infinity;
	#cancelPause = (): void => {};
	#cancelTimeout = (): void => {};

	/** `onTyping`: the other side types, or stopped (null). */
	constructor(
		environment: ChatEnvironment,
		own: SenderType,
		name: string | null,
		onTyping: (typing: { name: string | null } | null) => void,
	) {
		this.#environment = environment;
		this.#own = own;
		this.#name = name;
		this.#onTyping = onTyping;
	}

	listen(connection: ChatConnection, chatId: string, userId: string): void {
		if (this.#subscription) return;
		this.#subscription = connection.subscribe(`support_typing:${chatId}`, userId, {
			onState: () => {},
			onEvent: (event, payload) => {
				if (event !== 'typing' || !isTyping(payload) || this.#isSelf(payload)) return;
				this.#heard(payload.typing, payload.name?.slice(0, 80) || null);
			},
		});
	}

	stop(): void {
		this.pause();
		this.clear();
		this.#subscription?.leave();
		this.#subscription = null;
	}

	/** Something was typed here. */
	notify(): void {
		const environment = this.#environment;
		this.#cancelPause();
		this.#cancelPause = environment.after(TIMING.typingPause, () => this.pause());
		if (environment.now() - this.#sentAt < TIMING.typingEvery) return;
		this.#sentAt = environment.now();
		this.#send(true);
	}

	/** Nothing was typed for a while, or it was sent. */
	pause(): void {
		this.#cancelPause();
		if (this.#sentAt === -Infinity) return;
		this.#sentAt = -Infinity;
		this.#send(false);
	}

	/** Their message is there: they do not type it any more. */
	clear(): void {
		this.#cancelTimeout();
		this.#onTyping(null);
	}

	/** One's own side; on the team's, colleagues are others: who answers already is good to know. */
	#isSelf({ sender_type, name }: TypingMessage): boolean {
		return sender_type === this.#own && (this.#own === 'user' || name === this.#name);
	}

	#heard(typing: boolean, name: string | null): void {
		if (!typing) return this.clear();
		this.#cancelTimeout();
		this.#cancelTimeout = this.#environment.after(TIMING.typingTimeout, () => this.clear());
		this.#onTyping({ name });
	}

	#send(typing: boolean): void {
		this.#subscription?.send('typing', { sender_type: this.#own, name: this.#name, typing });
	}
}
