import type { AgentNotice, AgentClient } from '$chat';
import { Announcer } from '$chat/chat/announcer';
import { isAgentNotice } from '$chat/api/team-api';
import { isJoined, type TopicSubscription } from '$chat/realtime/topic';

/** How long hidden tabs wait for a visible tab to show a notice, in milliseconds. */
export const HIDDEN_WAITS = 400;
/** How far back a newly opened page loads: notices that came while it was opening, or closed for a moment. */
const FIRST_LOAD = 10 * 60_000;
/** A late commit may carry an earlier time than rows already seen. */
const OVERLAP = 60_000;
/** A broadcast arrives at most once, so the rows are also loaded at this interval. */
const LOAD_EVERY = 60_000;
const LOAD_EVERY_HIDDEN = 300_000;

/**
 * The notices for this agent alone: a conversation was assigned to them, or an agent asks for their help. A
 * broadcast announces them at once; a catch-up finds missed ones. Each is shown once across all tabs.
 */
export class AgentNotices {
	readonly #client: AgentClient;
	readonly #userId: string;
	readonly #onNotice: (notice: AgentNotice) => void;
	readonly #announcer: Announcer;
	#after: number;
	#subscription: TopicSubscription | null = null;
	#unlisten = (): void => {};
	#cancelLoad = (): void => {};
	#loading = false;

	constructor(client: AgentClient, userId: string, onNotice: (notice: AgentNotice) => void) {
		this.#client = client;
		this.#userId = userId;
		this.#onNotice = onNotice;
		this.#announcer = new Announcer(
			client.environment,
			`${client.storagePrefix}${userId}:notices:`,
		);
		this.#after = client.clock.now() - FIRST_LOAD;
	}

	start(): void {
		const { connection, environment } = this.#client;
		this.#unlisten = environment.on('wake', () => void this.load());
		this.#subscription = connection.subscribe(`support_agent:${this.#userId}`, this.#userId, {
			onState: (state) => {
				if (isJoined(state)) void this.load();
			},
			onEvent: (event, payload) => {
				if (event === 'notice' && isBroadcast(payload)) this.#handleNotice(payload.notice);
			},
		});
		void this.load();
	}

	stop(): void {
		this.#unlisten();
		this.#cancelLoad();
		this.#subscription?.leave();
	}

	/** Loads notices whose broadcast was lost, at intervals. */
	async load(): Promise<void> {
		if (this.#loading) return;
		this.#loading = true;
		this.#cancelLoad();
		const { clock, environment, team } = this.#client;
		const asked = clock.now();
		const { data } = await team.listNotices(new Date(this.#after).toISOString());
		this.#loading = false;
		if (data) {
			// A response has at most a hundred: the next load continues from there.
			const last = data.length < 100 ? asked : Date.parse(data.at(-1)?.created_at ?? '');
			this.#after = Math.max(this.#after, last - OVERLAP);
			for (const notice of data) this.#handleNotice(notice);
		}
		const pause = environment.isVisible() ? LOAD_EVERY : LOAD_EVERY_HIDDEN;
		this.#cancelLoad = environment.after(pause, () => void this.load());
	}

	#handleNotice(notice: AgentNotice): void {
		const announce = (): void =>
			void this.#announcer.announce(
				notice.chat_id,
				[{ seq: microseconds(notice.created_at) }],
				() => this.#onNotice(notice),
			);
		const { environment } = this.#client;
		if (environment.isVisible()) announce();
		else environment.after(HIDDEN_WAITS, announce);
	}
}

const isBroadcast = (payload: unknown): payload is { notice: AgentNotice } =>
	typeof payload === 'object' &&
	payload !== null &&
	'notice' in payload &&
	isAgentNotice(payload.notice);

/** Two notices of one chat may be made within one millisecond. */
function microseconds(iso: string): number {
	const fraction = /\.(\d+)/.exec(iso)?.[1] ?? '';
	return Date.parse(iso) * 1000 + Number(fraction.padEnd(6, '0').slice(3, 6));
}
