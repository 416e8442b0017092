import type { AgentClient } from '$chat';
import type { TabChannelLike } from '$chat/environment';
import { isJoined, type TopicSubscription } from '$chat/realtime/topic';
import { isColleague } from '$chat/api/team-api';
import type { Colleague } from '$chat/api/team-types';
import { applyPresence, NOBODY, type PresenceState } from './presence-state';

const TOPIC = 'support_staff';
/** The server closes a channel that tracks more than 5 times in 30 seconds. */
const TRACK_EVERY = 8_000;
/** When several chats are opened one after the other, only the last is reported. */
const SETTLES = 700;
/** A hidden page reports it unless another tab of the same person became visible. */
const HIDDEN_AFTER = 5_000;

/** Tabs of one person share one presence: they agree on who tracks, and a new tab asks for what it missed. */
type TabMessage = ['ask'] | ['state', PresenceState] | ['tracked', at: number] | ['visible'];

const isTabMessage = (data: unknown): data is TabMessage => Array.isArray(data);

/** How often a visible page loads who is online, milliseconds. */
const LIST_EVERY = 60_000;

/**
 * The agents with an open dashboard and the chats that they view; and the same about this agent, for them.
 * Names and chats come from the database. Realtime's presence, whose keys clients choose themselves, only shows
 * at once that an agent left.
 */
export class TeamPresence {
	#team: Colleague[] = $state.raw([]);
	#state: PresenceState = $state.raw(NOBODY);
	readonly #client: AgentClient;
	readonly #self: { user_id: string; name: string };
	#chatId: string | null = null;
	#subscription: TopicSubscription | null = null;
	#joined = false;
	#isTracked = false;
	/** The chat that the database knows; undefined when it must be sent again. */
	#reported: string | null | undefined;
	#trackedAt = -Infinity;
	#tabs: TabChannelLike | null = null;
	#unlisten: (() => void)[] = [];
	/** When another tab of this agent last became visible. */
	#otherVisibleAt = -Infinity;
	#cancelTrack = (): void => {};
	#cancelHidden = (): void => {};
	#cancelList = (): void => {};

	constructor(client: AgentClient, self: { user_id: string; name: string }) {
		this.#client = client;
		this.#self = self;
	}

	/** The other agents, by name. */
	get online(): Colleague[] {
		return this.#team.filter(
			({ user_id }) => user_id !== this.#self.user_id && this.#state.has(user_id),
		);
	}

	/** The other agents who have this chat open. */
	viewersOf(chatId: string): Colleague[] {
		return this.online.filter((one) => one.chat_id === chatId);
	}

	start(): void {
		const { environment, connection, storagePrefix } = this.#client;
		const { user_id } = this.#self;
		this.#tabs = environment.openTabChannel(`${storagePrefix}${user_id}:presence`, (data) => {
			if (isTabMessage(data)) this.#handleTabMessage(data);
		});
		this.#subscription = connection.subscribe(TOPIC, user_id, {
			presence: true,
			onState: (state) => this.#joinChanged(isJoined(state)),
			onEvent: (event, payload) => this.#handleEvent(event, payload),
		});
		this.#tabs?.post(['ask'] satisfies TabMessage);
		this.#unlisten = [
			environment.on('wake', () => this.#handleWake()),
			environment.on('hidden', () => this.#handleHidden()),
		];
	}

	stop(): void {
		for (const off of this.#unlisten) off();
		this.#cancelTrack();
		this.#cancelHidden();
		this.#cancelList();
		this.#subscription?.leave();
		this.#subscription = null;
		this.#tabs?.close();
	}

	/** This page shows a chat, or none. */
	setViewing(chatId: string | null): void {
		this.#chatId = chatId;
		if (this.#client.environment.isVisible()) this.#trackSoon();
	}

	#handleWake(): void {
		this.#cancelHidden();
		this.#tabs?.post(['visible'] satisfies TabMessage);
		this.#trackSoon();
		void this.#list();
	}

	#handleHidden(): void {
		this.#cancelHidden();
		const { environment } = this.#client;
		const since = environment.now() - SETTLES;
		this.#cancelHidden = environment.after(HIDDEN_AFTER, () => {
			if (this.#otherVisibleAt < since) this.#trackSoon();
		});
	}

	#handleTabMessage(message: TabMessage): void {
		const [kind] = message;
		if (kind === 'visible') {
			this.#otherVisibleAt = this.#client.environment.now();
			this.#cancelHidden();
			this.#cancelTrack();
			this.#reported = undefined;
		} else if (kind === 'tracked') this.#trackedAt = Math.max(this.#trackedAt, message[1]);
		else if (kind === 'ask' && this.#state.size > 0)
			this.#tabs?.post(['state', this.#state] satisfies TabMessage);
		else if (kind === 'state' && this.#state.size === 0) this.#state = message[1];
	}

	#handleEvent(event: string, payload: unknown): void {
		this.#state = applyPresence(this.#state, event, payload);
		if (event !== 'presence_changed' || !isColleague(payload)) return;
		const others = this.#team.filter(({ user_id }) => user_id !== payload.user_id);
		const { user_id, name, chat_id } = payload;
		this.#team = [...others, { user_id, name, chat_id }].sort(byName);
	}

	/** Loads the list from the database, now and periodically. */
	async #list(): Promise<void> {
		const { environment, team } = this.#client;
		this.#cancelList();
		this.#cancelList = environment.after(LIST_EVERY, () => {
			if (environment.isVisible()) void this.#list();
		});
		const { data } = await team.listPresence();
		if (data && this.#subscription) this.#team = data.toSorted(byName);
	}

	#joinChanged(joined: boolean): void {
		this.#joined = joined;
		// A new join is a new presence entry; the old entry is gone.
		this.#isTracked = false;
		this.#reported = undefined;
		if (joined) void this.#list();
		if (!joined) this.#state = NOBODY;
		else if (this.#client.environment.isVisible()) this.#trackSoon();
	}

	/** Reports the latest state only, at most as often as the server accepts. */
	#trackSoon(): void {
		const { environment } = this.#client;
		this.#cancelTrack();
		const early = this.#isTracked ? 0 : this.#trackedAt + TRACK_EVERY - environment.now();
		const wait = Math.max(SETTLES, early);
		this.#cancelTrack = environment.after(wait, () => this.#track());
	}

	#track(): void {
		const { environment, team } = this.#client;
		if (!this.#joined) return;
		if (!this.#isTracked) {
			this.#isTracked = true;
			this.#trackedAt = environment.now();
			this.#subscription?.send('track', {});
			this.#tabs?.post(['tracked', this.#trackedAt] satisfies TabMessage);
		}
		const chatId = environment.isVisible() ? this.#chatId : null;
		if (chatId === this.#reported) return;
		this.#reported = chatId;
		void team.setPresence(chatId).then(({ error }) => {
			if (error && this.#reported === chatId) this.#reported = undefined;
		});
	}
}

const byName = (a: Colleague, b: Colleague): number => a.name.localeCompare(b.name);
