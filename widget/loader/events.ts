import type { SupportChatEvent, SupportChatEvents, SupportChatListener } from '../types';

const named = (event: SupportChatEvent) => `support-chat:${event}`;

/**
 * The page's events: the widget's element dispatches them, so the page may also listen there or above it. A
 * listener that throws is reported to the page's own error handling and stops no other.
 */
export class Emitter {
	/** The widget's element. */
	readonly host = document.createElement('support-chat');
	readonly #wrapped = new WeakMap<object, EventListenerObject>();

	on<E extends SupportChatEvent>(event: E, listener: SupportChatListener<E>): () => void {
		const hear = this.#wrapped.get(listener) ?? {
			handleEvent: ({ detail }: CustomEvent<SupportChatEvents[E]>) => listener(detail),
		};
		this.#wrapped.set(listener, hear);
		this.host.addEventListener(named(event), hear);
		return () => this.off(event, listener);
	}

	off<E extends SupportChatEvent>(event: E, listener: SupportChatListener<E>): void {
		const wrapped = this.#wrapped.get(listener);
		if (wrapped) this.host.removeEventListener(named(event), wrapped);
	}

	emit = <E extends SupportChatEvent>(event: E, detail: SupportChatEvents[E]): void => {
		this.host.dispatchEvent(new CustomEvent(named(event), { detail, bubbles: true }));
	};
}
