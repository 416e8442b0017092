/** What the chat core needs from its surroundings; tests hand in their own. */
export interface ChatEnvironment {
	/** Milliseconds since 1970, by this machine's clock (which may be wrong: see `clock.ts`). */
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
	/** Null where there are no Web Locks: each tab then acts for itself. */
	locks: Pick<LockManager, 'request'> | null;
	/** Null where there is no BroadcastChannel. */
	openTabChannel(name: string, onMessage: (data: unknown) => void): TabChannelLike | null;
	isOnline(): boolean;
	isVisible(): boolean;
	/** `wake`: the page is visible, online or restored again. `sleep`: it is hidden or put away. */
	on(event: EnvironmentEvent, listener: () => void): () => void;
	/** Another tab changed the storage entry `key` (null: all of it). */
	onStorage(listener: (key: string | null) => void): () => void;
}

export type EnvironmentEvent = 'online' | 'offline' | 'visible' | 'hidden' | 'restored' | 'leave';

export interface SocketHandlers {
	onOpen(): void;
	onMessage(data: unknown): void;
	/** Once, whether it was open, refused or broken. 1006: no close frame came. */
	onClose(code: number): void;
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

const EVENTS: Record<EnvironmentEvent, [() => EventTarget, string, (event: Event) => boolean]> = {
	online: [() => window, 'online', () => true],
	offline: [() => window, 'offline', () => true],
	visible: [() => document, 'visibilitychange', () => document.visibilityState === 'visible'],
	hidden: [() => document, 'visibilitychange', () => document.visibilityState === 'hidden'],
	restored: [() => window, 'pageshow', (e) => e instanceof PageTransitionEvent && e.persisted],
	leave: [() => window, 'pagehide', () => true],
};

function usableStorage(): StorageLike | null {
	try {
		const probe = 'support-chat:probe';
		localStorage.setItem(probe, '1');
		localStorage.removeItem(probe);
		return localStorage;
	} catch {
		return null; // blocked by the browser, or full
	}
}

function openSocket(url: string, handlers: SocketHandlers): SocketLike | null {
	try {
		const socket = new WebSocket(url);
		socket.binaryType = 'arraybuffer';
		socket.onopen = () => handlers.onOpen();
		socket.onmessage = (event) => handlers.onMessage(event.data);
		socket.onclose = (event) => handlers.onClose(event.code);
		return {
			send: (data) => {
				if (socket.readyState === WebSocket.OPEN) socket.send(data);
			},
			close: () => socket.close(),
		};
	} catch {
		return null; // no WebSockets here, or the page's policy forbids it
	}
}

function openTabChannel(name: string, onMessage: (data: unknown) => void): TabChannelLike | null {
	try {
		const channel = new BroadcastChannel(name);
		channel.onmessage = (event) => onMessage(event.data);
		return { post: (message) => channel.postMessage(message), close: () => channel.close() };
	} catch {
		return null;
	}
}

function uuid(): string {
	if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
	// Pages served without TLS have no randomUUID.
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	const hex = Array.from(bytes, (byte, i) =>
		(i === 6 ? (byte & 15) | 64 : i === 8 ? (byte & 63) | 128 : byte).toString(16).padStart(2, '0'),
	).join('');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The page is in sight, online or restored again. */
export function onWake(environment: ChatEnvironment, listener: () => void): () => void {
	const events = ['visible', 'online', 'restored'] as const;
	const offs = events.map((event) => environment.on(event, listener));
	return () => offs.forEach((off) => off());
}

/** The real browser; on a server, where pages are only rendered, surroundings in which nothing ever happens. */
export function browserEnvironment(): ChatEnvironment {
	return typeof window === 'undefined' ? stillEnvironment() : livingEnvironment();
}

/** Nothing listens, waits or connects: what a request's rendering makes is garbage when the request is over. */
function stillEnvironment(): ChatEnvironment {
	const nothing = () => () => undefined;
	return {
		now: () => Date.now(),
		random: () => Math.random(),
		uuid,
		after: nothing,
		fetch: (url, init) => fetch(url, init),
		openSocket: () => null,
		storage: null,
		locks: null,
		openTabChannel: () => null,
		isOnline: () => true,
		isVisible: () => true,
		on: nothing,
		onStorage: nothing,
	};
}

function livingEnvironment(): ChatEnvironment {
	return {
		now: () => Date.now(),
		random: () => Math.random(),
		uuid,
		after(ms, callback) {
			const timer = setTimeout(callback, ms);
			return () => clearTimeout(timer);
		},
		fetch: (url, init) => fetch(url, init),
		openSocket,
		storage: usableStorage(),
		locks: 'locks' in navigator ? navigator.locks : null,
		openTabChannel,
		isOnline: () => navigator.onLine,
		isVisible: () => document.visibilityState !== 'hidden',
		on(event, listener) {
			const [target, name, applies] = EVENTS[event];
			const handler = (e: Event): void => {
				if (applies(e)) listener();
			};
			target().addEventListener(name, handler);
			return () => target().removeEventListener(name, handler);
		},
		onStorage(listener) {
			const handler = (e: StorageEvent): void => listener(e.key);
			window.addEventListener('storage', handler);
			return () => window.removeEventListener('storage', handler);
		},
	};
}
