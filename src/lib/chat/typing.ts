import type { ChatConnection, TopicSubscription } from './connection';
import type { ChatEnvironment } from './environment';
import { parseTyping } from './guards';
import { TIMING } from './limits';
import type { ChatRole } from './types';

export interface TypingOptions {
	environment: ChatEnvironment;
	role: ChatRole;
	name: string | null;
	/** The other side types, or stopped (null). */
	onTyping: (typing: { name: string | null } | null) => void;
}

/** "… is typing", both ways: a passing hint over a topic of its own, throttled, and never for longer than some seconds. */
export class Typing {
	readonly #options: TypingOptions;
	#subscription: TopicSubscription | null = null;
	#sentAt = -Infinity;
	#cancelPause = (): void => {};
	#cancelTimeout = (): void => {};

	constructor(options: TypingOptions) {
		this.#options = options;
	}

	listen(connection: ChatConnection, chatId: string, userId: string): void {
		if (this.#subscription) return;
		this.#subscription = connection.subscribe(`support_typing:${chatId}`, userId, {
			onState: () => {},
			onEvent: (event, payload) => {
				const typing = event === 'typing' ? parseTyping(payload) : null;
				const mine = this.#options.role === 'user' ? 'user' : 'admin';
				if (typing && typing.sender_type !== mine) this.#heard(typing.typing, typing.name);
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
		const { environment } = this.#options;
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
		this.#options.onTyping(null);
	}

	#heard(typing: boolean, name: string | null): void {
		if (!typing) return this.clear();
		this.#cancelTimeout();
		this.#cancelTimeout = this.#options.environment.after(TIMING.typingTimeout, () => this.clear());
		this.#options.onTyping({ name });
	}

	#send(typing: boolean): void {
		const { role, name } = this.#options;
		const sender_type = role === 'user' ? 'user' : 'admin';
		this.#subscription?.send('typing', { sender_type, name, typing });
	}
}
