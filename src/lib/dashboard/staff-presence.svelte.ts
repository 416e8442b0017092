import type { StaffClient } from '$lib/chat';
import type { TabChannelLike } from '../chat/environment';
import { isJoined, type TopicSubscription } from '../chat/topic';
import {
	applyPresence,
	colleaguesIn,
	NOBODY,
	type Colleague,
	type PresenceState,
} from './presence-state';

const TOPIC = 'support_staff';
/** The server closes a channel that tracks more than 5 times in 30 seconds. */
const TRACK_EVERY = 8_000;
/** Opening one chat after the other is not worth telling of each. */
const SETTLES = 700;
/** A page out of sight says so unless another tab of the same person came into sight meanwhile. */
const HIDDEN_AFTER = 5_000;

/** Tabs of one person share one presence: they agree on who tracks, and a new tab asks for what it missed. */
type TabMessage = ['ask'] | ['state', [string, unknown][]] | ['tracked', at: number] | ['looking'];

const isTabMessage = (data: unknown): data is TabMessage => Array.isArray(data);

/** Which colleagues have a dashboard open, and what they look at; and the same of this agent, for them. */
export class StaffPresence {
	#state: PresenceState = $state.raw(NOBODY);
	readonly #client: StaffClient;
	readonly #self: { user_id: string; name: string };
	#chatId: string | null = null;
	#subscription: TopicSubscription | null = null;
	#joined = false;
	#tracked: string | null = null;
	#trackedAt = -Infinity;
	#tabs: TabChannelLike | null = null;
	#unlisten: (() => void)[] = [];
	/** When another tab of this agent last came into sight. */
	#otherLookedAt = -Infinity;
	#cancelTrack = (): void => {};
	#cancelHidden = (): void => {};

	constructor(client: StaffClient, self: { user_id: string; name: string }) {
		this.#client = client;
		this.#self = self;
	}

	/** Everybody but this agent, once. */
	get online(): Colleague[] {
		const all = colleaguesIn(this.#state).filter(({ user_id }) => user_id !== this.#self.user_id);
		return all.filter((one, at) => all.findIndex(({ user_id }) => user_id === one.user_id) === at);
	}

	/** The others who look at this chat right now. */
	lookingAt(chatId: string): Colleague[] {
		const lookers = colleaguesIn(this.#state).filter((one) => one.chat_id === chatId);
		return this.online.filter((one) => lookers.some(({ user_id }) => user_id === one.user_id));
	}

	start(): void {
		const { environment, connection, storagePrefix } = this.#client;
		const { user_id } = this.#self;
		this.#tabs = environment.openTabChannel(`${storagePrefix}${user_id}:presence`, (data) => {
			if (isTabMessage(data)) this.#heardTab(data);
		});
		this.#subscription = connection.subscribe(TOPIC, user_id, {
			presence: true,
			onState: (state) => this.#joinChanged(isJoined(state)),
			onEvent: (event, payload) => (this.#state = applyPresence(this.#state, event, payload)),
		});
		this.#tabs?.post(['ask'] satisfies TabMessage);
		this.#unlisten = [
			environment.on('wake', () => this.#came()),
			environment.on('hidden', () => this.#went()),
		];
	}

	stop(): void {
		for (const off of this.#unlisten) off();
		this.#cancelTrack();
		this.#cancelHidden();
		this.#subscription?.leave();
		this.#subscription = null;
		this.#tabs?.close();
	}

	/** This page shows a chat, or none. */
	look(chatId: string | null): void {
		this.#chatId = chatId;
		if (this.#client.environment.isVisible()) this.#trackSoon();
	}

	#came(): void {
		this.#cancelHidden();
		this.#tabs?.post(['looking'] satisfies TabMessage);
		this.#trackSoon();
	}

	#went(): void {
		this.#cancelHidden();
		const { environment } = this.#client;
		const since = environment.now() - SETTLES;
		this.#cancelHidden = environment.after(HIDDEN_AFTER, () => {
			if (this.#otherLookedAt < since) this.#trackSoon();
		});
	}

	#heardTab(message: TabMessage): void {
		const [kind] = message;
		if (kind === 'looking') {
			this.#otherLookedAt = this.#client.environment.now();
			this.#cancelHidden();
			this.#cancelTrack();
			this.#tracked = null;
		} else if (kind === 'tracked') this.#trackedAt = Math.max(this.#trackedAt, message[1]);
		else if (kind === 'ask' && this.#state.size > 0)
			this.#tabs?.post(['state', [...this.#state]] satisfies TabMessage);
		else if (kind === 'state' && this.#state.size === 0)
			this.#state = applyPresence(
				this.#state,
				'presence_state',
				Object.fromEntries(message[1].map(([key, metas]) => [key, { metas }])),
			);
	}

	#joinChanged(joined: boolean): void {
		this.#joined = joined;
		// Another join is another entry: what was tracked before is gone with the old one.
		this.#tracked = null;
		if (!joined) this.#state = NOBODY;
		else if (this.#client.environment.isVisible()) this.#trackSoon();
	}

	/** Tells the newest, not each: at most as often as the server takes. */
	#trackSoon(): void {
		const { environment } = this.#client;
		this.#cancelTrack();
		const wait = Math.max(SETTLES, this.#trackedAt + TRACK_EVERY - environment.now());
		this.#cancelTrack = environment.after(wait, () => this.#track());
	}

	#track(): void {
		const { environment } = this.#client;
		const chat_id = environment.isVisible() ? this.#chatId : null;
		const payload = { ...this.#self, chat_id };
		const text = JSON.stringify(payload);
		if (!this.#joined || text === this.#tracked) return;
		this.#tracked = text;
		this.#trackedAt = environment.now();
		this.#subscription?.send('track', payload);
		this.#tabs?.post(['tracked', this.#trackedAt] satisfies TabMessage);
	}
}
