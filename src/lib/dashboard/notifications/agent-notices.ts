import type { AgentNotice, StaffClient } from '$chat';
import { Announcer } from '$chat/chat/announcer';
import { isAgentNotice } from '$chat/api/team-api';
import { isJoined, type TopicSubscription } from '$chat/realtime/topic';

/** How long tabs out of sight leave it to the others to tell, in milliseconds. */
export const HIDDEN_WAITS = 400;
/** How far back a page that was just opened asks: what was assigned while it was being opened, or closed for a moment. */
const FIRST_LOOK = 10 * 60_000;
/** A late commit may carry an earlier time than rows already seen. */
const OVERLAP = 60_000;
/** A broadcast arrives at most once, so the rows are also loaded at this interval. */
const LOOK_EVERY = 60_000;
const LOOK_EVERY_HIDDEN = 300_000;

/**
 * The notices for this member of the team alone: a conversation was assigned to them, or somebody calls for them. A broadcast
 * tells of them at once; what it missed is found by asking. Each is told once across all tabs.
 */
export class AgentNotices {
	readonly #client: StaffClient;
	readonly #userId: string;
	readonly #tell: (notice: AgentNotice) => void;
	readonly #announcer: Announcer;
	#after: number;
	#subscription: TopicSubscription | null = null;
	#unlisten = (): void => {};
	#cancelLook = (): void => {};
	#looking = false;

	constructor(client: StaffClient, userId: string, tell: (notice: AgentNotice) => void) {
		this.#client = client;
		this.#userId = userId;
		this.#tell = tell;
		this.#announcer = new Announcer(
			client.environment,
			`${client.storagePrefix}${userId}:notices:`,
		);
		this.#after = client.clock.now() - FIRST_LOOK;
	}

	start(): void {
		const { connection, environment } = this.#client;
		this.#unlisten = environment.on('wake', () => void this.look());
		this.#subscription = connection.subscribe(`support_agent:${this.#userId}`, this.#userId, {
			onState: (state) => {
				if (isJoined(state)) void this.look();
			},
			onEvent: (event, payload) => {
				if (event === 'notice' && isBroadcast(payload)) this.#heard(payload.notice);
			},
		});
		void this.look();
	}

	stop(): void {
		this.#unlisten();
		this.#cancelLook();
		this.#subscription?.leave();
	}

	/** Asks for what no broadcast told, now and then again by itself. */
	async look(): Promise<void> {
		if (this.#looking) return;
		this.#looking = true;
		this.#cancelLook();
		const { clock, environment, team } = this.#client;
		const asked = clock.now();
		const { data } = await team.listNotices(new Date(this.#after).toISOString());
		this.#looking = false;
		if (data) {
			// A hundred are as many as there are in one answer: the next look goes on from there.
			const last = data.length < 100 ? asked : Date.parse(data.at(-1)?.created_at ?? '');
			this.#after = Math.max(this.#after, last - OVERLAP);
			for (const notice of data) this.#heard(notice);
		}
		const pause = environment.isVisible() ? LOOK_EVERY : LOOK_EVERY_HIDDEN;
		this.#cancelLook = environment.after(pause, () => void this.look());
	}

	#heard(notice: AgentNotice): void {
		const announce = (): void =>
			void this.#announcer.announce(
				notice.chat_id,
				[{ seq: microseconds(notice.created_at) }],
				() => this.#tell(notice),
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
