import { z } from 'zod';
import type { AgentClient } from '$chat';
import type { UploadLimits } from '$chat/upload/limits';
import { isJoined, type TopicSubscription } from '$chat/realtime/topic';
import { SerialRunner } from '$chat/sync/serial-runner';

const row = z.object({
	auto_assign: z.boolean(),
	max_active_conversations: z.number().nullable(),
	only_assigned_may_write: z.boolean(),
	upload_types: z.array(z.string()).default([]),
	max_upload_mb: z.number().default(0),
});

/** The current settings that affect agents' work, loaded again whenever a broadcast says that they changed. */
export class TeamSettings {
	/** How many active conversations an agent may have; null is no limit. */
	limit: number | null = $state(null);
	autoAssign = $state(false);
	onlyAssignedMayWrite = $state(false);
	/** Allowed attachments. */
	uploads: UploadLimits = $state.raw({ types: [], maxMb: 0 });
	readonly #client: AgentClient;
	readonly #userId: string;
	readonly #read: () => Promise<unknown>;
	readonly #onChange: () => void;
	readonly #runner = new SerialRunner({ run: () => this.#load() });
	#subscription: TopicSubscription | null = null;
	#unlisten = (): void => {};

	/**
	 * `read` answers the row of `support_settings`, or anything else if it could not; `onChange` is called when someone
	 * changed a setting, whichever.
	 */
	constructor(
		client: AgentClient,
		userId: string,
		read: () => Promise<unknown>,
		onChange: () => void,
	) {
		this.#client = client;
		this.#userId = userId;
		this.#read = read;
		this.#onChange = onChange;
	}

	start(): void {
		void this.refresh();
		this.#unlisten = this.#client.environment.on('wake', () => void this.refresh());
		this.#subscription = this.#client.connection.subscribe('support_settings', this.#userId, {
			// A change before the topic was joined was missed.
			onState: (state) => {
				if (isJoined(state)) void this.refresh();
			},
			onEvent: (event) => {
				if (event !== 'settings_changed') return;
				void this.refresh();
				this.#onChange();
			},
		});
	}

	stop(): void {
		this.#unlisten();
		this.#subscription?.leave();
	}

	refresh(): Promise<void> {
		return this.#runner.request();
	}

	async #load(): Promise<boolean> {
		const { data } = row.safeParse(await this.#read().catch(() => null));
		if (!data) return true;
		this.limit = data.max_active_conversations;
		this.autoAssign = data.auto_assign;
		this.onlyAssignedMayWrite = data.only_assigned_may_write;
		this.uploads = { types: data.upload_types, maxMb: data.max_upload_mb };
		return true;
	}
}
