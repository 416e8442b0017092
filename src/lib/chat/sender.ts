import type { ChatApi } from './api';
import { Backoff } from './backoff';
import type { ChatEnvironment } from './environment';
import type { ChatError, ChatErrorCode } from './errors';
import { SEND_ATTEMPTS } from './limits';
import type { Outbox, UnsentMessage } from './outbox';
import type { MessageStatus, SupportAttachment, SupportMessage } from './types';
import * as TIMING from './timing';

export interface SenderOptions {
	api: ChatApi;
	environment: ChatEnvironment;
	outbox: Outbox;
	userId: string;
	/** One tab at a time sends: all tabs of the user use this name. */
	lockName: string;
	/** Null while it is not known yet; `send()` again when it is. */
	chatId: () => string | null;
	onStored: (message: SupportMessage) => void;
	/** The outbox or somebody's status changed. */
	onChange: () => void;
	/** The session ended, or is another user's. */
	onSignedOut: (error: ChatError) => void;
	/** The chat is not there (any more); answers whether there is another to send to. */
	onChatMissing: () => Promise<boolean>;
}

/**
 * Sends what lies in the outbox, one message after the other in the order they were written. The id was made when the
 * message was written, so sending twice stores once, and trying again is always right.
 */
export class Sender {
	readonly outbox: Outbox;
	readonly #options: SenderOptions;
	readonly #backoff: Backoff;
	#running = false;
	/** How often `send()` was called: a run that was asked for meanwhile must not be forgotten. */
	#asked = 0;
	#stopped = false;
	#inFlight: string | null = null;
	/** Why nothing goes out at present. */
	#trouble: ChatErrorCode | null = null;
	#cancelRetry = (): void => {};

	constructor(options: SenderOptions) {
		this.#options = options;
		this.outbox = options.outbox;
		this.#backoff = new Backoff(options.environment, TIMING.resendFirst, TIMING.resendMost);
	}

	/** How an unsent message stands, and why. */
	statusOf(message: UnsentMessage): { status: MessageStatus; error: ChatErrorCode | null } {
		if (message.refused) return { status: 'failed', error: message.refused };
		const error = this.#trouble;
		if (error === null) return { status: 'sending', error };
		if (message.id === this.#inFlight && this.#backoff.failures < SEND_ATTEMPTS)
			return { status: 'sending', error: null };
		return { status: this.#backoff.failures >= SEND_ATTEMPTS ? 'failed' : 'waiting', error };
	}

	/** Takes clean text and checked files, to be sent now or when it can be; returns the message's id. */
	write(content: string, attachments: SupportAttachment[]): string {
		const { environment } = this.#options;
		const id = environment.uuid();
		this.outbox.add(id, content, environment.now(), attachments);
		this.send();
		return id;
	}

	/** Sends what failed again, now. */
	retry(id: string): void {
		this.outbox.requeue(id, this.#options.environment.now());
		this.revive();
		this.#options.onChange();
	}

	/** Gives an unsent message up, and returns it. */
	discard(id: string): UnsentMessage | undefined {
		const message = this.outbox.list().find((one) => one.id === id);
		this.outbox.remove(id);
		this.#options.onChange();
		return message;
	}

	/** Tries now: something was written, the network is back, somebody pressed `Retry`. */
	send(): void {
		this.#cancelRetry();
		this.#asked++;
		if (!this.#running && !this.#isClosed()) void this.#run();
	}

	/** The page woke up, or somebody asks: what was given up is worth another series of tries. */
	revive(): void {
		this.#backoff.reset();
		this.send();
	}

	/** The server answers again (a join, a read). If sending itself is what it cannot do, that says nothing new. */
	reachable(): void {
		if (this.#trouble !== 'server' && this.#trouble !== 'support_rate_limited') this.revive();
	}

	stop(): void {
		this.#stopped = true;
		this.#cancelRetry();
	}

	#isClosed(): boolean {
		return this.#stopped;
	}

	async #run(): Promise<void> {
		this.#running = true;
		const { locks } = this.#options.environment;
		let asked: number;
		do {
			asked = this.#asked;
			if (this.#next() === undefined) this.#recovered();
			else if (!locks) await this.#sendAll();
			else
				await locks
					.request(this.#options.lockName, () => this.#sendAll())
					// Locks can be denied; the server tells a message sent twice by its id.
					.catch(() => this.#sendAll());
		} while (this.#asked !== asked && !this.#isClosed());
		this.#running = false;
	}

	#next(): UnsentMessage | undefined {
		return this.outbox.list().find((message) => message.refused === null);
	}

	async #sendAll(): Promise<void> {
		for (let next = this.#next(); next && !this.#isClosed(); next = this.#next()) {
			const chatId = this.#options.chatId();
			if (chatId === null) return;
			this.#inFlight = next.id;
			this.#options.onChange();
			const { id, content, attachments } = next;
			const { userId, api } = this.#options;
			const ids = attachments?.map((file) => file.id);
			const { data, error } = await api.sendMessage(id, chatId, content, userId, ids);
			this.#inFlight = null;
			if (this.#isClosed()) return;
			if (error) {
				if (!(await this.#failed(id, chatId, error))) return;
			} else {
				this.#recovered();
				this.outbox.remove(id);
				this.#options.onStored(data);
			}
		}
	}

	/** Decides what an error means; true if the next message can go out now. */
	async #failed(id: string, chatId: string, error: ChatError): Promise<boolean> {
		if (error.kind === 'refused') {
			const elsewhere =
				error.code === 'support_chat_not_found' &&
				(await this.#options.onChatMissing()) &&
				this.#options.chatId() !== chatId;
			if (!elsewhere) this.outbox.refuse(id, error.code);
			this.#options.onChange();
			return true;
		}
		this.#trouble = error.code;
		if (error.kind === 'signed_out') this.#options.onSignedOut(error);
		else this.#retryLater(error);
		this.#options.onChange();
		return false;
	}

	#retryLater(error: ChatError): void {
		// Being offline is not the message's failure: it waits, and goes out when the network is back.
		const online = this.#options.environment.isOnline();
		const wait = online ? this.#backoff.next() : TIMING.resendMost;
		this.#cancelRetry();
		this.#cancelRetry = this.#options.environment.after(Math.max(wait, error.retryAfter ?? 0), () =>
			this.send(),
		);
	}

	#recovered(): void {
		this.#trouble = null;
		this.#backoff.reset();
	}
}
