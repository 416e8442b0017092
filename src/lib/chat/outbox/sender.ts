import type { ChatApi } from '../api/chat-api';
import { Backoff } from '../realtime/backoff';
import type { ChatEnvironment } from '../environment';
import { chatError, type ChatError, type ChatErrorCode, type Result } from '../errors';
import type { MessageStatus, SupportMessage } from '../types';
import * as TIMING from '../realtime/timing';
import { SerialRunner } from '../sync/serial-runner';
import { inTurn } from './locks';
import type { Outbox, OutboxListener, UnsentMessage } from './outbox';

/** Automatic tries before a message is shown as failed; it is still sent when the network is back. */
const SEND_ATTEMPTS = 5;
/** The longest pause between two checks of an outbox that waits for a session. */
const SIGN_IN_LOOK_MOST = 10 * 60_000;

export interface SenderOptions {
	api: ChatApi;
	environment: ChatEnvironment;
	outbox: Outbox;
	userId: string;
	/** One tab at a time sends: all tabs of the user use this name. */
	lockName: string;
	/** Calls every listener of the outbox. */
	notify: (call: (listener: OutboxListener) => void) => void;
}

/** An error that may be of one chat alone: messages of other chats may still go out. */
const OF_ONE_CHAT: ChatErrorCode = 'server';

/**
 * Sends what is in the outbox: the messages of each chat in the order they were written. The id was made when the message
 * was written, so sending twice stores once, and trying again is always right.
 */
export class Sender {
	readonly #options: SenderOptions;
	readonly #backoff: Backoff;
	/** For pages on which no code calls `revive()` when the user signs in again. */
	readonly #sessionBackoff: Backoff;
	/** The customer's own chat, once it is known. */
	#ownChat: string | null = null;
	readonly #runner = new SerialRunner({ run: () => this.#run() });
	#stopped = false;
	#inFlight: string | null = null;
	/** Why nothing goes out at present. */
	#trouble: ChatErrorCode | null = null;
	#cancelRetry = (): void => {};

	constructor(options: SenderOptions) {
		const { environment } = options;
		this.#options = options;
		this.#backoff = new Backoff(environment, TIMING.resendFirst, TIMING.resendMost);
		this.#sessionBackoff = new Backoff(environment, TIMING.signInLook, SIGN_IN_LOOK_MOST);
	}

	/** The state of an unsent message, and its reason. */
	statusOf(message: UnsentMessage): { status: MessageStatus; error: ChatErrorCode | null } {
		if (message.refused) return { status: 'failed', error: message.refused };
		const error = this.#trouble;
		if (error === null) return { status: message.held.length ? 'waiting' : 'sending', error };
		const isGivenUp = this.#backoff.failures >= SEND_ATTEMPTS;
		if (message.id === this.#inFlight && !isGivenUp) return { status: 'sending', error: null };
		return { status: isGivenUp && !isOfSession(error) ? 'failed' : 'waiting', error };
	}

	/** The customer's own chat was loaded. */
	chatFound(id: string | null): void {
		this.#ownChat = id;
	}

	/** Tries now: a new message, the network is back, or `Retry` was pressed. */
	send(): void {
		if (this.#isClosed()) return;
		this.#cancelRetry();
		void this.#runner.request();
	}

	/** The page woke up or a user asked: start another series of tries. */
	revive(): void {
		this.#backoff.reset();
		this.#sessionBackoff.reset();
		this.send();
	}

	/** The server answers again (a join, a read). If only sending fails, that changes nothing. */
	reachable(): void {
		if (this.#trouble !== 'server' && this.#trouble !== 'support_rate_limited') this.revive();
	}

	stop(): void {
		this.#stopped = true;
		this.#cancelRetry();
	}

	/** The chat to which a message goes; a customer's own is made if there is none. */
	async chatOf({ chatId }: UnsentMessage): Promise<Result<string>> {
		const known = chatId ?? this.#ownChat;
		if (known !== null) return { data: known, error: null };
		const { api, userId } = this.#options;
		const { data, error } = await api.getOrCreateChat(userId);
		if (error) return { data, error };
		this.#ownChat = data.id;
		return { data: data.id, error };
	}

	#isClosed(): boolean {
		return this.#stopped;
	}

	async #run(): Promise<boolean> {
		const { environment, lockName } = this.#options;
		if (this.#next() === undefined) this.#recovered();
		else await inTurn(environment, lockName, () => this.#sendAll());
		return !this.#isClosed();
	}

	/** The oldest message that may go out: what was written after a message that waits, in the same chat, waits too. */
	#next(waiting: ReadonlySet<string | null> = new Set()): UnsentMessage | undefined {
		const skipped = new Set(waiting);
		for (const message of this.#options.outbox.list()) {
			const { chatId, refused, held } = message;
			if (refused || skipped.has(chatId)) continue;
			if (held.length === 0) return message;
			skipped.add(chatId);
		}
		return undefined;
	}

	async #sendAll(): Promise<void> {
		const { outbox } = this.#options;
		/** Chats to which nothing can be sent at present. */
		const waiting = new Set<string | null>();
		for (let next = this.#next(); next && !this.#isClosed(); next = this.#next(waiting)) {
			this.#inFlight = next.id;
			this.#changed();
			const { data, error } = await this.#sendOne(next);
			this.#inFlight = null;
			if (this.#isClosed()) return;
			if (data) {
				if (waiting.size === 0) this.#recovered();
				outbox.remove(next.id);
				this.#options.notify((listener) => listener.onStored?.(data));
			} else if (error.kind === 'refused') outbox.update(next.id, { refused: error.code });
			else {
				this.#failed(error);
				if (error.code !== OF_ONE_CHAT) return;
				waiting.add(next.chatId);
			}
			this.#changed();
		}
	}

	async #sendOne(message: UnsentMessage): Promise<Result<SupportMessage>> {
		const { api, userId, notify } = this.#options;
		const files = message.attachments.map((file) => file.id);
		for (;;) {
			const wasKnown = this.#ownChat !== null;
			const chat = await this.chatOf(message);
			if (chat.error) return chat;
			const result = await api.sendMessage(message.id, chat.data, message.content, userId, files);
			const isMissing = result.error?.code === 'support_chat_not_found';
			// The customer's chat was deleted since it was loaded: the message goes to a new one.
			if (!isMissing || message.chatId !== null || !wasKnown) return result;
			this.#ownChat = null;
			notify((listener) => listener.onChatMissing?.());
		}
	}

	#failed(error: ChatError): void {
		const { environment, notify } = this.#options;
		const isOver = isOfSession(error.code);
		this.#trouble = error.code;
		// Being offline is not the message's failure: it waits, and goes out when the network is back.
		const backoff = isOver ? this.#sessionBackoff : this.#backoff;
		const wait = environment.isOnline() ? backoff.next() : TIMING.resendMost;
		this.#cancelRetry();
		this.#cancelRetry = environment.after(Math.max(wait, error.retryAfter ?? 0), () => this.send());
		if (isOver) notify((listener) => listener.onSignedOut?.(error));
		else if (!error.retryAfter) notify((listener) => listener.onUnavailable?.());
		this.#changed();
	}

	#changed(): void {
		this.#options.notify((listener) => listener.onChange());
	}

	#recovered(): void {
		this.#trouble = null;
		this.#backoff.reset();
	}
}

const isOfSession = (code: ChatErrorCode): boolean => chatError(code).kind === 'signed_out';
