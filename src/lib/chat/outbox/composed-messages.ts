import type { ChatEnvironment } from '../environment';
import { heldLock, holdLock } from './locks';
import type { Outbox, UnsentMessage } from './outbox';

/** A message that the composer still shows: it is sent when its files are ready, or when the composer is left. */
export interface ComposedMessage {
	readonly id: string;
	update(change: Partial<Pick<UnsentMessage, 'content' | 'attachments' | 'held'>>): void;
	/** All files are ready. */
	send(): void;
	/** The message goes back into the composer. */
	takeBack(): void;
	/** The composer is left; the message stays in the outbox. */
	leave(): void;
}

/** Messages of the outbox that a composer of this page still shows. */
export class ComposedMessages {
	readonly #outbox: Outbox;
	readonly #environment: ChatEnvironment;
	readonly #prefix: string;
	readonly #onLeft: () => void;
	/** By id, with what ends it. */
	readonly #releases = new Map<string, () => void>();

	/** `onLeft`: the outbox may go on with one. */
	constructor(outbox: Outbox, environment: ChatEnvironment, prefix: string, onLeft: () => void) {
		this.#outbox = outbox;
		this.#environment = environment;
		this.#prefix = prefix;
		this.#onLeft = onLeft;
	}

	has(id: string): boolean {
		return this.#releases.has(id);
	}

	/** Keeps a message whose files are not ready. */
	compose(
		message: Pick<UnsentMessage, 'chatId' | 'content' | 'attachments' | 'held'>,
	): ComposedMessage {
		const [environment, outbox] = [this.#environment, this.#outbox];
		const id = environment.uuid();
		const leave = (): void => {
			this.#releases.get(id)?.();
			this.#releases.delete(id);
			this.#onLeft();
		};
		// Other tabs wait for this lock, so that they complete the message only if this one is closed.
		this.#releases.set(id, holdLock(environment, heldLock(this.#prefix, id)));
		outbox.add({ id, ...message });
		return {
			id,
			update: (change) => outbox.update(id, change),
			send: () => {
				outbox.update(id, { held: [] });
				leave();
			},
			takeBack: () => {
				outbox.remove(id);
				leave();
			},
			leave,
		};
	}

	stop(): void {
		for (const release of this.#releases.values()) release();
	}
}
