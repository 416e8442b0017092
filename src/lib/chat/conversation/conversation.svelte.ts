import type { ChatClient } from '../client';
import {
	isSupportStatus,
	type SupportConversation,
	type SupportStatus,
} from './conversation-types';
import type { Result } from '../errors';
import { isAnything, type Check } from '../api/guards';
import * as TIMING from '../realtime/timing';
import { isJoined, type TopicSubscription } from '../realtime/topic';

/** Several reasons to load the conversation's state make one request. */
const STATUS_PAUSE = 60;
/**
 * Changed settings are requested at a random moment within this time, because all open widgets get the event at
 * once.
 */
const SETTINGS_SPREAD = 800;
/** While waiting for an agent: how often to ask for the place in the queue. */
const QUEUE_LOOK = 10_000;

export interface CustomerConversationOptions {
	/** The page's context for a new conversation: see `conversationContext`. */
	context: () => object;
	/** Messages may have been deleted: reload the whole chat. */
	onHistoryChanged: () => void;
	/** It began, ended or was rated since the last request. */
	onMoved?: (conversation: SupportConversation) => void;
}

/** A new value after each change that the page gets an event for. */
const stateKey = (one: SupportConversation | null): string =>
	`${one?.id} ${one?.status === 'ended'} ${one?.rating}`;

/**
 * The state of the customer's conversation: waiting, active, ended; its agent; the customer's options. Events
 * only cause a new request for the state.
 */
export class CustomerConversation {
	#status: SupportStatus | null = $state.raw(null);
	readonly #client: ChatClient;
	readonly #options: CustomerConversationOptions;
	#userId: string | null = null;
	#subscription: TopicSubscription | null = null;
	/** A message was sent: the conversation that it opened still needs the page's context. */
	#isNew = false;
	#loads = 0;
	#isPending = false;
	#cancel = (): void => {};

	constructor(client: ChatClient, options: CustomerConversationOptions) {
		this.#client = client;
		this.#options = options;
	}

	/** Null until known, and with a database without conversations. */
	get status(): SupportStatus | null {
		return this.#status;
	}

	/** The conversation that is open, or ended last. */
	get current(): SupportConversation | null {
		return this.#status?.conversation ?? null;
	}

	get isOpen(): boolean {
		return this.current !== null && this.current.status !== 'ended';
	}

	/** It has ended, was not rated, and was not just filed away. */
	get asksRating(): boolean {
		const { status, rating, ended_by } = this.current ?? {};
		return status === 'ended' && rating === null && ended_by !== 'archive';
	}

	/** The customer may write once an agent has joined, and has to start the conversation first. */
	get mustStart(): boolean {
		return this.mustWait && !this.isOpen;
	}

	/** The customer must wait for an agent before writing. */
	get mustWait(): boolean {
		return this.#status?.message_before_accept === false && this.current?.status !== 'active';
	}

	/** Keeps up with the user's conversation; with null nothing is listened to any more, and what is known stays. */
	listen(userId: string | null): void {
		this.#stop();
		if (userId === null) return;
		if (this.#userId !== userId) this.#status = null;
		this.#userId = userId;
		const { connection, environment } = this.#client;
		this.#subscription = connection.subscribe('support_settings', userId, {
			onState: (state) => {
				if (isJoined(state)) this.refresh();
			},
			// All open widgets receive it at the same moment.
			onEvent: () => this.refresh(environment.random() * SETTINGS_SPREAD),
		});
		this.refresh();
	}

	/** A broadcast of the chat's topic. */
	handleEvent(event: string): void {
		if (event === 'conversation_deleted') this.#options.onHistoryChanged();
		if (event.startsWith('conversation_')) this.refresh();
	}

	/** A message was written. */
	written(): void {
		this.#isNew ||= !this.isOpen;
	}

	/** Requests the state shortly: several reasons at once make one request. */
	refresh(wait = STATUS_PAUSE): void {
		if (this.#isPending || !this.#subscription) return;
		this.#cancel();
		this.#isPending = true;
		this.#cancel = this.#client.environment.after(wait, () => void this.#loadStatus());
	}

	/** Opens a conversation, or adds the page's context to the open one. */
	start(): Promise<Result<unknown>> {
		return this.act('start_support_conversation', { p_context: this.#options.context() });
	}

	/** Calls a database function as this customer, and loads the new state. */
	async act(name: string, args: object): Promise<Result<unknown>> {
		const as = this.#userId ?? '';
		const result = await this.#client.api.row(name, args, isAnything, as);
		this.refresh(0);
		return result;
	}

	/** Rows that a database function returns to this customer. */
	list<T>(name: string, args: object, check: Check<T>): Promise<Result<T>> {
		return this.#client.api.rpc(name, args, check, this.#userId ?? '');
	}

	#stop(): void {
		this.#cancel();
		this.#isPending = false;
		this.#loads++;
		this.#subscription?.leave();
		this.#subscription = null;
	}

	async #loadStatus(): Promise<void> {
		this.#isPending = false;
		const load = ++this.#loads;
		const { api, environment } = this.#client;
		const { data } = await api.row('support_status', {}, isSupportStatus, this.#userId ?? '');
		// Requested again in the meantime: the later response counts. The next catch-up makes up for a failed one.
		if (load !== this.#loads) return;
		if (data) this.#setStatus(data);
		// No broadcast reports changes of the queue ahead.
		if (this.#isPending || this.current?.status !== 'waiting') return;
		const wait = environment.isVisible() ? QUEUE_LOOK : TIMING.pollHidden;
		this.#cancel = environment.after(wait, () => void this.#loadStatus());
	}

	#setStatus(status: SupportStatus): void {
		const before = this.#status;
		this.#status = status;
		if (this.isOpen && this.#isNew) {
			this.#isNew = false;
			void this.start();
		}
		if (!before) return;
		const { allow_view_history: mayView, conversation } = status;
		const isNext = conversation?.id !== before.conversation?.id;
		if (conversation && stateKey(conversation) !== stateKey(before.conversation))
			this.#options.onMoved?.(conversation);
		if (mayView !== before.allow_view_history || (!mayView && isNext))
			this.#options.onHistoryChanged();
	}
}
