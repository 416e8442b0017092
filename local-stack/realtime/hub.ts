import { type Broadcast, type Encoded, type Serializer, type ServerFrame } from './wire/frames';

/** A client that has joined a topic. */
export interface Subscriber {
	receive(delivery: Delivery): void;
}

/** Public and private channels of one name receive nothing from each other. */
export function hubKey(name: string, isPrivate: boolean): string {
	return `${isPrivate ? 'private' : 'public'}:${name}`;
}

/** One broadcast for many receivers; it is encoded once per protocol version. */
export class Delivery {
	readonly broadcast: Broadcast;
	readonly #encoded = new Map<string, Encoded | undefined>();

	constructor(broadcast: Broadcast) {
		this.broadcast = broadcast;
	}

	/** The database's id of the message, if it has one. */
	get messageId(): string | undefined {
		return this.broadcast.kind === 'json' ? undefined : this.broadcast.metadata?.id;
	}

	/** Undefined if this protocol version cannot carry it. All receivers have the same topic. */
	encode(serializer: Serializer, topic: string): Encoded | undefined {
		if (!this.#encoded.has(serializer.vsn))
			this.#encoded.set(serializer.vsn, serializer.encode(this.#frame(topic)));
		return this.#encoded.get(serializer.vsn);
	}

	#frame(topic: string): ServerFrame {
		const { broadcast } = this;
		if (broadcast.kind === 'user-broadcast') return { ...broadcast, topic };
		const { event, payload } = broadcast;
		return { kind: 'push', joinRef: null, ref: null, topic, event, payload };
	}
}

/** The members of all topics. */
export class Hub {
	readonly #topics = new Map<string, Set<Subscriber>>();

	subscribe(key: string, subscriber: Subscriber): void {
		const subscribers = this.#topics.get(key) ?? new Set();
		this.#topics.set(key, subscribers.add(subscriber));
	}

	unsubscribe(key: string, subscriber: Subscriber): void {
		const subscribers = this.#topics.get(key);
		subscribers?.delete(subscriber);
		if (subscribers?.size === 0) this.#topics.delete(key);
	}

	/** Sends the broadcast to everyone on the topic, perhaps except its sender. */
	publish(key: string, broadcast: Broadcast, except?: Subscriber): void {
		const delivery = new Delivery(broadcast);
		for (const subscriber of [...(this.#topics.get(key) ?? [])])
			if (subscriber !== except) subscriber.receive(delivery);
	}
}
