import type { SupportChatEvent, SupportChatEvents, SupportChatListener } from '../types';

export interface Emitter {
	on<E extends SupportChatEvent>(event: E, listener: SupportChatListener<E>): () => void;
	off<E extends SupportChatEvent>(event: E, listener: SupportChatListener<E>): void;
	emit<E extends SupportChatEvent>(event: E, detail: SupportChatEvents[E]): void;
	clear(): void;
}

type Listeners = { [E in SupportChatEvent]: Set<SupportChatListener<E>> };

const none = (): Listeners => ({
	open: new Set(),
	close: new Set(),
	unread: new Set(),
	message: new Set(),
	error: new Set(),
});

/** What the page listens to. A listener that throws is reported to the page's own error handling and stops nobody. */
export function createEmitter(): Emitter {
	let listeners = none();
	return {
		on(event, listener) {
			const set: Set<typeof listener> = listeners[event];
			set.add(listener);
			return () => set.delete(listener);
		},
		off: (event, listener) => listeners[event].delete(listener),
		emit(event, detail) {
			for (const listener of [...listeners[event]]) {
				try {
					listener(detail);
				} catch (error) {
					reportError(error);
				}
			}
		},
		clear: () => (listeners = none()),
	};
}
