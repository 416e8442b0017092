import type { ChatError, OwnRow, Result, AgentClient } from '$chat';

/** The database treats an agent as offline after 90 seconds (by default) without one. */
const BEAT_EVERY = 30_000;

/** The messages by which an agent's tabs share the choice. */
const isOwnRow = (data: unknown): data is OwnRow =>
	typeof data === 'object' && data !== null && 'available' in data && 'max_active' in data;

/**
 * Whether this agent is online and available. While a dashboard is open, one tab (the holder of a Web Lock)
 * sends a heartbeat every 30 seconds. The choice is stored in the database: it survives reloads and applies on
 * other machines.
 */
export class Availability {
	/** The agent's choice; null until known. */
	available: boolean | null = $state(null);
	/** The agent's own limit of active conversations; null takes the setting. */
	ownLimit: number | null = $state(null);
	readonly #client: AgentClient;
	readonly #name: string;
	#tabs: { post(message: unknown): void; close(): void } | null = null;
	#stopped = false;
	#release = (): void => {};
	#cancelTimer = (): void => {};
	#unlisten = (): void => {};

	constructor(client: AgentClient, userId: string) {
		this.#client = client;
		this.#name = `${client.storagePrefix}${userId}:heartbeat`;
	}

	start(): void {
		const { environment } = this.#client;
		this.#tabs = environment.openTabChannel(this.#name, (data) => {
			if (isOwnRow(data)) this.#show(data);
		});
		// Timers of hidden pages run late: send a heartbeat as soon as the page is visible.
		this.#unlisten = environment.on('wake', () => void this.beat());
		void this.beat();
		const { locks } = environment;
		if (!locks) return this.#beatOn();
		const hold = (): Promise<void> => {
			if (this.#stopped) return Promise.resolve();
			this.#beatOn();
			return new Promise((resolve) => (this.#release = resolve));
		};
		// Locks are denied (a sandboxed frame): each tab sends its own heartbeats.
		locks.request(this.#name, hold).catch(() => this.#beatOn());
	}

	stop(): void {
		this.#stopped = true;
		this.#cancelTimer();
		this.#unlisten();
		this.#release();
		this.#tabs?.close();
	}

	/** Sends a heartbeat now. */
	async beat(): Promise<void> {
		this.#apply(await this.#client.team.beat());
	}

	/** Resolves to the error, or null. After an error the old choice stays. */
	async choose(available: boolean): Promise<ChatError | null> {
		const before = this.available;
		this.available = available;
		const result = await this.#client.team.setAvailable(available);
		if (result.error) this.available = before;
		this.#apply(result);
		return result.error;
	}

	#beatOn(): void {
		if (this.#stopped) return;
		this.#cancelTimer();
		this.#cancelTimer = this.#client.environment.after(BEAT_EVERY, () => {
			void this.beat();
			this.#beatOn();
		});
	}

	#apply({ data }: Result<OwnRow>): void {
		if (!data || this.#stopped) return;
		this.#show(data);
		this.#tabs?.post({ ...data });
	}

	#show({ available, max_active }: OwnRow): void {
		this.available = available;
		this.ownLimit = max_active;
	}
}
