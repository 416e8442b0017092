import type { ChatConnection, TopicSubscription } from '../realtime/topic';
import type { ChatEnvironment } from '../environment';
import { isTyping } from '../api/guards';

/** "Typing" is sent at most this often while typing goes on, and taken back after a pause. */
const TYPING_EVERY = 3_000;
const TYPING_PAUSE = 5_000;
/** A "typing" that is not renewed disappears after this. */
const TYPING_TIMEOUT = 7_000;

/** No more events than this at once, and one more every half second: others are dropped. */
const BURST = 6;
const REFILL = 500;

export interface TypingIndicatorOptions {
	environment: ChatEnvironment;
	userId: string;
	/** Reports it to the database, which broadcasts it with the verified sender. */
	send: (typing: boolean) => void;
	/** Another person types, or stopped (null). */
	onTyping: (typing: { name: string | null } | null) => void;
}

/** "… is typing", both ways: a short-lived, throttled hint over a topic of its own. */
export class TypingIndicator {
	readonly #options: TypingIndicatorOptions;
	readonly #environment: ChatEnvironment;
	#subscription: TopicSubscription | null = null;
	#sentAt = -Infinity;
	#room = BURST;
	#refilledAt = 0;
	#cancelPause = (): void => {};
	#cancelTimeout = (): void => {};

	constructor(options: TypingIndicatorOptions) {
		this.#options = options;
		this.#environment = options.environment;
	}

	listen(connection: ChatConnection, chatId: string): void {
		if (this.#subscription) return;
		const { userId } = this.#options;
		this.#subscription = connection.subscribe(`support_typing:${chatId}`, userId, {
			onState: () => {},
			onEvent: (event, payload) => {
				if (event !== 'typing' || !this.#hasRoom() || !isTyping(payload)) return;
				// Show other agents who type, too.
				if (payload.chat_id !== chatId || payload.sender_id === userId) return;
				this.#received(payload.typing, payload.name);
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
		this.#cancelPause = environment.after(TYPING_PAUSE, () => this.pause());
		if (environment.now() - this.#sentAt < TYPING_EVERY) return;
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

	/** Their message has arrived: they do not type any more. */
	clear(): void {
		this.#cancelTimeout();
		this.#options.onTyping(null);
	}

	#received(typing: boolean, name: string | null): void {
		if (!typing) return this.clear();
		this.#cancelTimeout();
		this.#cancelTimeout = this.#environment.after(TYPING_TIMEOUT, () => this.clear());
		this.#options.onTyping({ name });
	}

	#hasRoom(): boolean {
		const now = this.#environment.now();
		const more = Math.floor(Math.abs(now - this.#refilledAt) / REFILL);
		if (more > 0) {
			this.#room = Math.min(BURST, this.#room + more);
			this.#refilledAt = now;
		}
		return this.#room > 0 && this.#room-- > 0;
	}

	#send(typing: boolean): void {
		if (this.#subscription) this.#options.send(typing);
	}
}
