import type { SupportChatEvent, SupportChatEvents, SupportChatListener } from '../types';

/** What the page listens to. A listener that throws is reported to the page's own error handling and stops nobody. */
export class Emitter {
	#target = new EventTarget();
	readonly #wrapped = new WeakMap<object, (event: Event) => void>();

	on = <E extends SupportChatEvent>(event: E, listener: SupportChatListener<E>) => {
		const hear =
			this.#wrapped.get(listener) ??
			// eslint-disable-next-line @typescript-eslint/no-unsafe-argument -- `emit` below made it of this very type
			((heard: Event) => heard instanceof CustomEvent && listener(heard.detail));
		this.#wrapped.set(listener, hear);
		this.#target.addEventListener(event, hear);
		return () => this.off(event, listener);
	};

	off = <E extends SupportChatEvent>(event: E, listener: SupportChatListener<E>): void =>
		this.#target.removeEventListener(event, this.#wrapped.get(listener) ?? null);

	emit = <E extends SupportChatEvent>(event: E, detail: SupportChatEvents[E]): void => {
		this.#target.dispatchEvent(new CustomEvent(event, { detail }));
	};

	clear = (): void => {
		this.#target = new EventTarget();
	};
}
