import type {
	ChatEnvironment,
	EnvironmentEvent,
	SocketHandlers,
	SocketLike,
	StorageLike,
	TabChannelLike,
} from '../environment';
import type { FileStorage, StoredFile } from '../outbox/indexed-files';
import type { PutAnswer, PutRequest } from '../upload/transport';
import type { FakeTime } from './fake-time';

/** Services outside the browser. */
export interface FakeNetwork {
	fetch(url: string, init: RequestInit): Promise<Response>;
	openSocket(url: string, handlers: SocketHandlers): SocketLike | null;
	/** Storage takes the bytes of a file. */
	upload?(request: PutRequest): Promise<PutAnswer>;
}

export class FakeStorage implements StorageLike {
	readonly map = new Map<string, string>();
	onChange: (key: string) => void = () => {};
	get length(): number {
		return this.map.size;
	}
	key(index: number): string | null {
		return [...this.map.keys()][index] ?? null;
	}
	getItem(key: string): string | null {
		return this.map.get(key) ?? null;
	}
	setItem(key: string, value: string): void {
		this.map.set(key, value);
		this.onChange(key);
	}
	removeItem(key: string): void {
		if (this.map.delete(key)) this.onChange(key);
	}
}

interface Waiting {
	tab: FakeTab;
	grant: () => Promise<void>;
	fail: (reason: unknown) => void;
}

/** Web Locks, exclusive ones only. */
class FakeLocks {
	readonly #held = new Map<string, Waiting>();
	readonly #queues = new Map<string, Waiting[]>();

	request<T>(
		tab: FakeTab,
		name: string,
		options: LockOptions,
		callback: () => Promise<T> | T,
	): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			if (!tab.alive) return;
			const waiting: Waiting = {
				tab,
				fail: reject,
				grant: async () => {
					this.#held.set(name, waiting);
					try {
						resolve(await callback());
					} catch (error) {
						reject(error instanceof Error ? error : new Error(String(error)));
					}
					if (this.#held.get(name) === waiting) this.#release(name);
				},
			};
			options.signal?.addEventListener('abort', () => {
				const queue = this.#queues.get(name) ?? [];
				if (!queue.includes(waiting)) return;
				this.#queues.set(
					name,
					queue.filter((one) => one !== waiting),
				);
				reject(new DOMException('aborted', 'AbortError'));
			});
			const holder = this.#held.get(name);
			if (options.steal && holder) {
				holder.fail(new DOMException('stolen', 'AbortError'));
				void waiting.grant();
			} else if (!holder)
				void Promise.resolve().then(() => {
					// Closed meanwhile.
					if (!tab.alive) return;
					if (this.#held.has(name))
						this.#queues.set(name, [...(this.#queues.get(name) ?? []), waiting]);
					else void waiting.grant();
				});
			else this.#queues.set(name, [...(this.#queues.get(name) ?? []), waiting]);
		});
	}

	/** A closed tab holds nothing any more. */
	drop(tab: FakeTab): void {
		for (const [name, queue] of this.#queues)
			this.#queues.set(
				name,
				queue.filter((one) => one.tab !== tab),
			);
		for (const [name, holder] of this.#held) if (holder.tab === tab) this.#release(name);
	}

	#release(name: string): void {
		this.#held.delete(name);
		const [next, ...rest] = this.#queues.get(name) ?? [];
		this.#queues.set(name, rest);
		if (next) void next.grant();
	}
}

/** One browser: what its tabs share. */
export class FakeBrowser {
	readonly storage = new FakeStorage();
	readonly files = new Map<string, StoredFile>();
	readonly locks = new FakeLocks();
	readonly tabs = new Set<FakeTab>();
	online = true;

	constructor(
		readonly time: FakeTime,
		readonly network: FakeNetwork,
		readonly random: () => number = Math.random,
	) {}

	open(): FakeTab {
		return this.#add(new FakeTab(this));
	}

	/** The same tab with another page: what it had in memory is gone. */
	reload(tab: FakeTab): FakeTab {
		tab.kill();
		return this.#add(new FakeTab(this, tab.tabStorage));
	}

	#add(tab: FakeTab): FakeTab {
		this.tabs.add(tab);
		return tab;
	}

	setOnline(online: boolean): void {
		if (this.online === online) return;
		this.online = online;
		for (const tab of this.tabs) tab.emit(online ? 'wake' : 'offline');
	}
}

/** One tab, as the chat core sees it. */
export class FakeTab implements ChatEnvironment {
	visible = true;
	alive = true;
	/** How far this machine's clock is off, milliseconds. */
	clockError = 0;
	storage: StorageLike | null;
	readonly tabStorage: StorageLike | null;
	/** As IndexedDB, shared by the tabs of the browser. */
	readonly files: FileStorage;
	/** Reasons to ask before the tab is closed. */
	questions = 0;
	locks: ChatEnvironment['locks'];
	readonly channels = new Map<
		TabChannelLike,
		{ name: string; onMessage: (data: unknown) => void }
	>();
	readonly #listeners = new Map<EnvironmentEvent, Set<() => void>>();
	readonly #storageListeners = new Set<(key: string | null) => void>();
	readonly #sockets = new Set<SocketLike>();

	/** `tabStorage`: of the tab that was there before, when it is reloaded. */
	constructor(
		readonly browser: FakeBrowser,
		tabStorage: StorageLike | null = new FakeStorage(),
	) {
		this.tabStorage = tabStorage;
		const storage = browser.storage;
		const changed = (key: string): void => {
			for (const tab of browser.tabs)
				if (tab !== this && tab.alive)
					browser.time.after(1, () => tab.#storageListeners.forEach((listener) => listener(key)));
		};
		this.storage = {
			get length() {
				return storage.length;
			},
			key: (index) => storage.key(index),
			getItem: (key) => storage.getItem(key),
			setItem: (key, value) => {
				storage.setItem(key, value);
				changed(key);
			},
			removeItem: (key) => {
				storage.removeItem(key);
				changed(key);
			},
		};
		const { files } = browser;
		this.files = {
			get: (key) => Promise.resolve(files.get(key) ?? null),
			put: (key, file) => Promise.resolve(Boolean(files.set(key, file))),
			delete: (key) => Promise.resolve(void files.delete(key)),
			keys: () => Promise.resolve([...files.keys()]),
		};
		const request = (name: string, ...rest: unknown[]): Promise<unknown> => {
			const callback = rest.at(-1) as () => unknown;
			const options = (rest.length > 1 ? rest[0] : {}) as LockOptions;
			return browser.locks.request(this, name, options, callback);
		};
		this.locks = { request };
	}

	now(): number {
		return this.browser.time.now + this.clockError;
	}

	random(): number {
		return this.browser.random();
	}

	uuid(): string {
		return crypto.randomUUID();
	}

	after(ms: number, callback: () => void): () => void {
		return this.browser.time.after(ms, () => {
			if (this.alive) callback();
		});
	}

	async fetch(url: string, init: RequestInit): Promise<Response> {
		if (!this.browser.online) throw new TypeError('Failed to fetch');
		const answer = this.browser.network.fetch(url, init);
		const aborted = new Promise<never>((_, reject) =>
			init.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
		);
		try {
			const response = await Promise.race([answer, aborted]);
			// A closed tab receives nothing more.
			if (!this.alive) await new Promise(() => {});
			if (!this.browser.online) throw new TypeError('Failed to fetch');
			return response;
		} catch (error) {
			if (!this.alive) await new Promise(() => {});
			throw error;
		}
	}

	upload = async (request: PutRequest): Promise<PutAnswer> => {
		const { online, network } = this.browser;
		if (!online || !network.upload) return { status: 0, body: undefined };
		const answer = await network.upload(request);
		// A closed tab receives nothing more.
		if (!this.alive) await new Promise(() => {});
		return answer;
	};

	openSocket(url: string, handlers: SocketHandlers): SocketLike | null {
		if (!this.browser.online) {
			this.after(1, () => handlers.onClose());
			return { send: () => {}, close: () => {} };
		}
		const guarded: SocketHandlers = {
			onOpen: () => this.alive && handlers.onOpen(),
			onMessage: (data) => this.alive && this.browser.online && handlers.onMessage(data),
			onClose: () => this.alive && handlers.onClose(),
		};
		const socket = this.browser.network.openSocket(url, guarded);
		if (!socket) return null;
		this.#sockets.add(socket);
		// Without a network a socket stays open, and nothing gets through.
		return { ...socket, send: (data) => this.browser.online && socket.send(data) };
	}

	openTabChannel(name: string, onMessage: (data: unknown) => void): TabChannelLike {
		const channel: TabChannelLike = {
			post: (message) => {
				const copy: unknown = structuredClone(message);
				for (const tab of this.browser.tabs)
					for (const [other, entry] of tab.channels)
						if (other !== channel && entry.name === name)
							this.browser.time.after(1, () => {
								if (tab.alive && tab.channels.has(other)) entry.onMessage(copy);
							});
			},
			close: () => void this.channels.delete(channel),
		};
		this.channels.set(channel, { name, onMessage });
		return channel;
	}

	isOnline(): boolean {
		return this.browser.online;
	}

	isVisible(): boolean {
		return this.visible;
	}

	on(event: EnvironmentEvent, listener: () => void): () => void {
		const listeners = this.#listeners.get(event) ?? new Set();
		this.#listeners.set(event, listeners.add(listener));
		return () => void listeners.delete(listener);
	}

	onStorage(listener: (key: string | null) => void): () => void {
		this.#storageListeners.add(listener);
		return () => void this.#storageListeners.delete(listener);
	}

	askBeforeLeaving(): () => void {
		this.questions++;
		return () => void this.questions--;
	}

	emit(event: EnvironmentEvent): void {
		for (const listener of [...(this.#listeners.get(event) ?? [])]) listener();
	}

	setVisible(visible: boolean): void {
		if (this.visible === visible) return;
		this.visible = visible;
		this.emit(visible ? 'wake' : 'hidden');
	}

	/** Closed without an event, as in a crash. */
	kill(): void {
		this.alive = false;
		this.browser.tabs.delete(this);
		this.channels.clear();
		for (const socket of this.#sockets) socket.close();
		this.browser.locks.drop(this);
	}
}
