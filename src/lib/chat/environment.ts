import type { FileStorage } from './outbox/indexed-files';
import type { Put } from './upload/transport';

/** The chat core's dependencies on its surroundings; tests pass their own. */
export interface ChatEnvironment {
	/** Milliseconds since 1970, by this machine's clock, which may be wrong (see `ServerClock`). */
	now(): number;
	/** 0 ≤ x < 1. */
	random(): number;
	uuid(): string;
	/** Calls back once after `ms`; the returned function cancels. */
	after(ms: number, callback: () => void): () => void;
	fetch(url: string, init: RequestInit): Promise<Response>;
	/** Binary frames come as ArrayBuffer. Null where there are no WebSockets, or a policy forbids this one. */
	openSocket(url: string, handlers: SocketHandlers): SocketLike | null;
	/** Null where storage is blocked: everything then lives in memory. */
	storage: StorageLike | null;
	/** Storage of this tab alone, kept across reloads. Null where it is blocked. */
	tabStorage: StorageLike | null;
	/** Keeps files that wait for their upload; by default `indexedFiles`. */
	files?: FileStorage;
	/** Sends the bytes of a file; by default `putWithProgress`. */
	upload?: Put;
	/** Null where there are no Web Locks: each tab then acts for itself. */
	locks: Pick<LockManager, 'request'> | null;
	/** Null where there is no BroadcastChannel. */
	openTabChannel(name: string, onMessage: (data: unknown) => void): TabChannelLike | null;
	isOnline(): boolean;
	isVisible(): boolean;
	on(event: EnvironmentEvent, listener: () => void): () => void;
	/** Another tab changed the storage entry `key` (null: all of it). */
	onStorage(listener: (key: string | null) => void): () => void;
	/** Makes the browser ask before the page is left, until the returned function is called. Missing outside of pages. */
	askBeforeLeaving?(): () => void;
}

/** `wake`: the page is visible, online or restored again. `leave`: it goes away, perhaps to be restored. */
export type EnvironmentEvent = 'wake' | 'hidden' | 'offline' | 'leave';

export interface SocketHandlers {
	onOpen(): void;
	onMessage(data: unknown): void;
	/** Once, whether it was open, refused or broken. */
	onClose(): void;
}

export interface SocketLike {
	/** Dropped unless the socket is open. */
	send(data: string): void;
	close(): void;
}

export interface StorageLike {
	readonly length: number;
	key(index: number): string | null;
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
}

export interface TabChannelLike {
	post(message: unknown): void;
	close(): void;
}

/** The result of `use`, or null if it throws, because the browser forbids or lacks the feature. */
export function attempt<T>(use: () => T): T | null {
	try {
		return use();
	} catch {
		return null;
	}
}

function usableTabStorage(): StorageLike {
	// Where storage is blocked, even reading the property throws.
	void sessionStorage.length;
	return sessionStorage;
}

const isVisible = (): boolean => document.visibilityState !== 'hidden';

function openSocket(url: string, handlers: SocketHandlers): SocketLike {
	const socket = new WebSocket(url);
	socket.binaryType = 'arraybuffer';
	socket.onopen = () => handlers.onOpen();
	socket.onmessage = (event) => handlers.onMessage(event.data);
	socket.onclose = () => handlers.onClose();
	return {
		send: (data) => {
			if (socket.readyState === WebSocket.OPEN) socket.send(data);
		},
		close: () => socket.close(),
	};
}

function openTabChannel(name: string, onMessage: (data: unknown) => void): TabChannelLike {
	const channel = new BroadcastChannel(name);
	channel.onmessage = (event) => onMessage(event.data);
	return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}

function usableStorage(): StorageLike {
	const probe = 'support-chat:probe';
	localStorage.setItem(probe, '1');
	localStorage.removeItem(probe);
	return localStorage;
}

/** Pages served without TLS have no randomUUID. */
const uuid = (): string =>
	'10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) => {
		const [random = 0] = crypto.getRandomValues(new Uint8Array(1));
		return (Number(digit) ^ (random & (15 >> (Number(digit) / 4)))).toString(16);
	});

function on(event: EnvironmentEvent, listener: () => void): () => void {
	// On a server, where pages are only rendered, there are no events.
	if (typeof window === 'undefined') return () => {};
	const abort = new AbortController();
	const { signal } = abort;
	const wake = event === 'wake';
	if (event === 'offline') window.addEventListener(event, listener, { signal });
	else if (event === 'leave') window.addEventListener('pagehide', listener, { signal });
	else {
		const seen = (): void => {
			if (isVisible() === wake) listener();
		};
		document.addEventListener('visibilitychange', seen, { signal });
	}
	if (wake) {
		const restored = ({ persisted }: PageTransitionEvent): void => {
			if (persisted) listener();
		};
		window.addEventListener('online', listener, { signal });
		window.addEventListener('pageshow', restored, { signal });
	}
	return () => abort.abort();
}

/** The real browser. Safe to make on a server too, where nothing of it is used before `start()`. */
export function browserEnvironment(): ChatEnvironment {
	return {
		now: () => Date.now(),
		random: () => Math.random(),
		uuid,
		after(ms, callback) {
			const timer = setTimeout(callback, ms);
			return () => clearTimeout(timer);
		},
		fetch: (url, init) => fetch(url, init),
		openSocket: (url, handlers) => attempt(() => openSocket(url, handlers)),
		storage: attempt(usableStorage),
		tabStorage: attempt(usableTabStorage),
		locks: attempt(() => navigator.locks) ?? null,
		openTabChannel: (name, onMessage) => attempt(() => openTabChannel(name, onMessage)),
		isOnline: () => navigator.onLine,
		isVisible,
		on,
		onStorage(listener) {
			const handler = (event: StorageEvent): void => listener(event.key);
			window.addEventListener('storage', handler);
			return () => window.removeEventListener('storage', handler);
		},
		askBeforeLeaving() {
			// Present only while it is needed: some browsers keep no page with such a listener in their back/forward cache.
			const handler = (event: BeforeUnloadEvent): void => event.preventDefault();
			window.addEventListener('beforeunload', handler);
			return () => window.removeEventListener('beforeunload', handler);
		},
	};
}
